"""A step's error may be read where only its catch leads to."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from mlmax_pipelines.interpreter import StateError
from tests.unit.compiler.projects import compiled, execute, problems

CATCH = "catch: [{errors: [States.ALL], next: Tell}]"
STEPS = """
  A: {module: copy, CATCH}
  B: {type: succeed}
  Tell:
    module: call
    inputs: {text: "${steps.A.error} of ${steps.A.cause}", error: "${steps.A.error}"}
""".replace("CATCH", CATCH)
BROKEN = StateError("SageMaker.Broken", '{"FailureReason": "no"}')


def test_they_are_what_the_catcher_gets(tmp_path: Path) -> None:
    ran = execute(compiled(tmp_path, STEPS), answers={"A": BROKEN})
    assert ran.status == "SUCCEEDED"
    assert ran.arguments("Tell")["Payload"] == {
        "text": 'SageMaker.Broken of {"FailureReason": "no"}',
        "error": "SageMaker.Broken",
    }


def test_an_error_without_a_cause_has_an_empty_one(tmp_path: Path) -> None:
    timeout = StateError("States.Timeout", None)
    ran = execute(compiled(tmp_path, STEPS), answers={"A": timeout})
    assert ran.arguments("Tell")["Payload"]["text"] == "States.Timeout of "


def test_a_choice_may_ask_for_it(tmp_path: Path) -> None:
    steps = f"""
  A: {{module: copy, {CATCH}}}
  B: {{type: succeed}}
  Tell:
    type: choice
    choices: [{{when: {{value: "${{steps.A.cause}}", matches: "*no*"}}, next: B}}]
    default: Bad
  Bad: {{type: fail}}
"""
    pipeline = compiled(tmp_path, steps)
    assert execute(pipeline, answers={"A": BROKEN}).status == "SUCCEEDED"
    other = StateError("E", "other")
    assert execute(pipeline, answers={"A": other}).cause == "other"


def test_inside_a_map_and_a_branch_of_a_handler_too(tmp_path: Path) -> None:
    inner = "{One: {module: call, inputs: {why: '${steps.A.cause}'}}}"
    steps = f"""
  A: {{module: copy, {CATCH}}}
  B: {{type: succeed}}
  Tell:
    type: map
    items: ${{parameters.who}}
    steps: {inner}
"""
    pipeline = compiled(tmp_path, steps, parameters="{who: {type: list}}")
    ran = execute(pipeline, {"who": [1]}, {"A": BROKEN})
    assert ran.arguments("One")["Payload"] == {"why": BROKEN.cause}


@pytest.mark.parametrize(
    ("steps", "told"),
    [
        (
            "  A: {module: copy}\n  B: {type: pass, result: {x: '${steps.A.error}'}}\n",
            "step 'A' has no 'catch': no step comes after its error | catch: [{errors: "
            "[States.ALL], next: B}]",
        ),
        (
            f"  A: {{module: copy, {CATCH}}}\n"
            "  B: {type: pass, result: {x: '${steps.A.cause}'}}\n"
            "  Tell: {type: succeed}\n",
            "step 'A' has not failed on every path to 'B' | refer to it in a step that "
            "only its catch leads to",
        ),
        (
            f"  A: {{module: copy, {CATCH}}}\n"
            "  Tell: {type: pass, result: {x: '${steps.A.cause}'}}\n",
            "step 'A' has not failed on every path to 'Tell'",
        ),
        (
            f"  A: {{module: copy, {CATCH}}}\n  B: {{type: succeed}}\n"
            "  Tell: {type: pass, result: {x: '${steps.A.error.name}'}}\n",
            "names no output of step 'A'",
        ),
    ],
)
def test_elsewhere_they_are_refused(tmp_path: Path, steps: str, told: str) -> None:
    (found,) = problems(tmp_path, steps)
    assert told in found


DAYS = "{days: {type: list, default: [[1, 2], [3]]}}"
EACH = """
  Each:
    type: map
    items: ${parameters.days}
    steps:
      A: {module: copy}
      Inner:
        type: map
        items: ${item}
        steps: {B: {module: copy}}
      After: {module: copy, inputs: {rows: "${steps.B.outputs.rows}"}}
"""
OF = "s3://artifacts/p/a-run"


def uris(request: Any) -> dict[str, str]:
    return {
        one["InputName"]: one["S3Input"]["S3Uri"] for one in request["ProcessingInputs"]
    }


def test_what_all_items_put_out_is_one_folder(tmp_path: Path) -> None:
    steps = EACH + (
        '  All: {module: copy, inputs: {rows: "${steps.A.outputs.rows}", '
        'other: "${steps.B.outputs.quality}"}}\n'
        '  Told: {module: call, inputs: {text: "in ${steps.A.outputs.rows}"}}\n'
    )
    pipeline = compiled(tmp_path, steps, parameters=DAYS)
    ran = execute(pipeline)
    assert ran.status == "SUCCEEDED", ran.cause
    given = uris(ran.arguments("All"))
    assert given["rows"] == f"{OF}/A/rows/"
    assert given["other"] == f"{OF}/B/quality/"
    assert ran.arguments("Told")["Payload"] == {"text": f"in {OF}/A/rows/"}
    # An item has a folder of its own in it, as deep as its maps are nested.
    outer = sorted(
        one["ProcessingOutputConfig"]["Outputs"][0]["S3Output"]["S3Uri"]
        for one in ran.all_arguments("B")
    )
    assert outer == [f"{OF}/B/rows/{item}/" for item in ("0/0", "0/1", "1/0")]
    # Inside an item it is the folder of that item.
    after = sorted(uris(one)["rows"] for one in ran.all_arguments("After"))
    assert after == [f"{OF}/B/rows/0/", f"{OF}/B/rows/1/"]


def test_the_reader_may_read_what_the_items_put_out_and_no_more(
    tmp_path: Path,
) -> None:
    steps = EACH + '  All: {module: copy, inputs: {rows: "${steps.A.outputs.rows}"}}\n'
    pipeline = compiled(tmp_path, steps, parameters=DAYS)
    (state,) = (one for one in pipeline.states if one.name == "All")
    reads = {
        resource.partition(":::")[2]
        for one in state.job_role
        if one.actions == ("s3:GetObject",) and "ArtifactBucket" in str(one.resources)
        for resource in one.resources
    }
    assert reads == {"${ArtifactBucket}/p/*/A/rows/*"}


@pytest.mark.parametrize(
    ("step", "told"),
    [
        (
            '  B: {type: pass, result: {x: "${steps.A.outputs.quality.score}"}}\n',
            "step 'A' runs once per item of 'Each' | ${steps.Each.output.items} has",
        ),
        (
            '  B: {module: call, inputs: {x: "${steps.A.outputs.loose}"}}\n',
            "step 'A' runs once per item of 'Each'",
        ),
    ],
)
def test_what_is_no_folder_of_all_items_is_refused(
    tmp_path: Path, step: str, told: str
) -> None:
    each = "  Each: {type: map, items: [1], steps: {A: {module: copy}}}\n"
    (found,) = problems(tmp_path, each + step)
    assert told in found


def test_the_map_has_run_before(tmp_path: Path) -> None:
    steps = (
        '  B: {module: copy, inputs: {rows: "${steps.A.outputs.rows}"}}\n'
        "  Each: {type: map, items: [1], steps: {A: {module: copy}}}\n"
    )
    (found,) = problems(tmp_path, steps)
    assert "step 'Each' does not run before 'B'" in found


def test_every_item_of_a_later_map_may_have_it(tmp_path: Path) -> None:
    too = '{B: {module: copy, inputs: {rows: "${steps.A.outputs.rows}"}}}'
    steps = f"""
  Each: {{type: map, items: [1, 2], steps: {{A: {{module: copy}}}}}}
  Too: {{type: map, items: [1], steps: {too}}}
"""
    ran = execute(compiled(tmp_path, steps))
    assert uris(ran.arguments("B"))["rows"] == f"{OF}/A/rows/"


def test_inside_a_common_map_only_the_item_itself_can_tell(tmp_path: Path) -> None:
    too = '{B: {module: copy, inputs: {rows: "${steps.A.outputs.rows}"}}}'
    steps = f"""
  Outer:
    type: map
    items: [1]
    steps:
      Each: {{type: map, items: [1, 2], steps: {{A: {{module: copy}}}}}}
      Too: {{type: map, items: [1], steps: {too}}}
"""
    (found,) = problems(tmp_path, steps)
    told = "the items of 'Each' have no folder that the items of 'Too' can tell"
    assert f"{told} | gather them in a step before 'Too'" in found
