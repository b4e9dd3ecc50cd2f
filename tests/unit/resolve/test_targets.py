"""A step's error may be read where only its catch leads to."""

from __future__ import annotations

from pathlib import Path

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
