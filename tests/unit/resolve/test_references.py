"""References of a spec: refused with their place, or values that arrive."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from tests.unit.compiler.projects import MODULES, compiled, execute, problems

PARAMETERS = (
    "{rows: {type: s3, default: data/rows.csv}, n: {type: integer, default: 2}}"
)

# Behind `A` (line 4) comes `B` (lines 5 and on), with an input that is wrong.
ONE = """\
  A: {{module: copy}}
  B:
    module: {module}
    inputs:
      {input}: {text}
"""


def refused(root: Path, text: str, input: str = "rows", module: str = "copy") -> str:
    steps = ONE.format(text=text, input=input, module=module)
    (found,) = problems(root, steps, parameters=PARAMETERS)
    return found


@pytest.mark.parametrize(
    ("text", "column", "message"),
    [
        ("${steps.C.outputs.rows}", 13, "unknown step 'C' | allowed: A, B"),
        ("${steps.AA.outputs.rows}", 13, "unknown step 'AA' | did you mean 'A'?"),
        (
            "${steps.A.outputs.row}",
            13,
            "step 'A' has no output 'row' | did you mean 'rows'?",
        ),
        (
            "${steps.B.outputs.rows}",
            13,
            "step 'B' refers to itself | refer to a step before it",
        ),
        ("${parameters.rowz}", 13, "unknown parameter 'rowz' | did you mean 'rows'?"),
        (
            "${parameters.rows.first}",
            13,
            "parameter 'rows' is an s3: nothing is in it | ${parameters.rows}",
        ),
        (
            "${steps.A.outputs.rows.first}",
            13,
            "output 'rows' of step 'A' is an s3 | nothing is inside it",
        ),
        (
            "${item}",
            13,
            "'${item}' has a value only inside a map step "
            "| use it in the steps of a map step",
        ),
        (
            "${map.index}",
            13,
            "'${map.index}' has a value only inside a map step "
            "| use it in the steps of a map step",
        ),
        ("s3://bucket/${steps.C.outputs.rows}", 25, "unknown step 'C' | allowed: A, B"),
    ],
)
def test_a_reference_that_cannot_be_is_refused_at_its_place(
    tmp_path: Path, text: str, column: int, message: str
) -> None:
    assert refused(tmp_path, text) == f"pipelines/p.yaml:8:{column}: {message}"


def test_a_value_that_metrics_do_not_declare_is_refused(tmp_path: Path) -> None:
    found = refused(tmp_path, "${steps.A.outputs.quality.scor}", input="level")
    place, _, message = found.partition(": ")
    assert place == "pipelines/p.yaml:8:14"
    assert message == (
        "output 'quality' of step 'A' has no value 'scor' | did you mean 'score'?"
    )


def test_a_later_step_is_refused(tmp_path: Path) -> None:
    steps = """\
  A: {module: copy, inputs: {rows: "${steps.B.outputs.rows}"}}
  B: {module: copy}
"""
    (found,) = problems(tmp_path, steps)
    assert "3:36: step 'B' does not run before 'A' | refer to an earlier step" in found


def test_a_step_that_some_path_leaves_out_is_refused(tmp_path: Path) -> None:
    steps = """\
  Gate:
    type: choice
    choices: [{when: {value: "${parameters.n}", equals: 1}, next: Last}]
    default: A
  A: {module: copy}
  Last: {module: copy, inputs: {rows: "${steps.A.outputs.rows}"}}
"""
    (found,) = problems(tmp_path, steps, parameters=PARAMETERS)
    assert "step 'A' does not run on every path to 'Last'" in found
    assert found.endswith("refer to a step that every path passes")


def test_what_a_caught_error_leads_to_cannot_count_on_the_step(tmp_path: Path) -> None:
    steps = """\
  A: {module: copy, catch: [{errors: [States.ALL], next: Handle}]}
  B: {type: succeed}
  Handle: {module: copy, inputs: {rows: "${steps.A.outputs.rows}"}}
"""
    (found,) = problems(tmp_path, steps)
    assert "'A' does not run" in found


def test_the_other_branch_is_refused(tmp_path: Path) -> None:
    steps = """\
  Both:
    type: parallel
    branches:
      - steps: {A: {module: copy}}
      - steps: {B: {module: copy, inputs: {rows: "${steps.A.outputs.rows}"}}}
"""
    (found,) = problems(tmp_path, steps)
    assert "step 'A' does not run before 'B'" in found


def test_a_step_inside_a_map_is_refused_from_outside(tmp_path: Path) -> None:
    steps = """\
  Each:
    type: map
    items: ${parameters.days}
    steps: {A: {module: copy}}
  B: {module: call, inputs: {rows: "${steps.A.outputs.quality.score}"}}
"""
    (found,) = problems(tmp_path, steps, parameters="{days: {type: list, default: []}}")
    assert found == (
        "pipelines/p.yaml:8:36: step 'A' runs once per item of 'Each' "
        "| ${steps.Each.output.items} has them all"
    )


def test_the_step_around_is_refused(tmp_path: Path) -> None:
    steps = """\
  Each:
    type: map
    items: ${parameters.days}
    steps: {A: {module: call, inputs: {all: "${steps.Each.output.items}"}}}
"""
    (found,) = problems(tmp_path, steps, parameters="{days: {type: list, default: []}}")
    assert "step 'Each' is around this one and has no result yet" in found


@pytest.mark.parametrize(
    ("own", "hint"),
    [
        ("type: pass, result: {a: 1}", "${steps.<pass>.outputs.<name>}"),
        ("type: wait, seconds: 1", "refer to a job before it"),
        (
            "type: parallel, branches: [{steps: {In: {type: pass}}}]",
            "refer to the steps inside it",
        ),
    ],
)
def test_only_jobs_have_a_raw_result(tmp_path: Path, own: str, hint: str) -> None:
    steps = f"""\
  A: {{{own}}}
  B: {{module: call, inputs: {{a: "${{steps.A.output.x}}"}}}}
"""
    (found,) = problems(tmp_path, steps)
    assert found.startswith("pipelines/p.yaml:4:33: step 'A' is a ")
    assert "which has no result of its own" in found
    assert hint in found


def test_a_pass_step_has_the_outputs_it_sets(tmp_path: Path) -> None:
    steps = """\
  A: {type: pass, result: {first: 1}}
  B: {module: call, inputs: {a: "${steps.A.outputs.frist}"}}
"""
    (found,) = problems(tmp_path, steps)
    assert "step 'A' has no output 'frist' | did you mean 'first'?" in found


def test_every_problem_of_a_spec_comes_at_once(tmp_path: Path) -> None:
    steps = """\
  A: {module: copy, inputs: {rows: "${parameters.x}", other: "${parameters.y}"}}
  B: {module: fit, inputs: {rows: "${steps.Z.outputs.z}", depth: deep}}
"""
    found = problems(tmp_path, steps)
    assert [one.split(": ")[1].split(" | ")[0] for one in found] == [
        "unknown parameter 'x'",
        "unknown parameter 'y'",
        "unknown step 'Z'",
        "input 'depth' of step 'B' takes an integer, found 'deep' (a string)",
    ]


OPTIONAL = "{x: {type: number, default: null}, w: {type: string, default: null}}"
JOB = """
name: job
type: processing
interface:
  inputs:
    level: {type: number, default: null}
    word: {type: string, default: null}
    must: {type: string, default: a}
implementation: {image: {framework: sklearn, version: 1.4-2}, entry_point: src/copy.py}
"""
PASSED_ON = (
    "  A: {module: job, inputs: {level: '${parameters.x}', word: '${parameters.w}'}}\n"
)


@pytest.mark.parametrize(
    ("given", "arguments"),
    [
        ({}, ["--must", "a"]),
        ({"x": 0.5}, ["--level", "0.5", "--must", "a"]),
        ({"w": "null"}, ["--word", "null", "--must", "a"]),
        ({"w": "", "x": 0}, ["--level", "0", "--word", "", "--must", "a"]),
        ({"x": None, "w": 'it\'s \\ "q"'}, ["--word", 'it\'s \\ "q"', "--must", "a"]),
    ],
)
def test_an_optional_parameter_passes_its_absence_on(
    tmp_path: Path, given: dict[str, Any], arguments: list[str]
) -> None:
    modules = {**MODULES, "job": JOB}
    pipeline = compiled(tmp_path, PASSED_ON, modules=modules, parameters=OPTIONAL)
    app = execute(pipeline, given).arguments("A")["AppSpecification"]
    assert app["ContainerArguments"] == arguments


def test_a_hyperparameter_is_left_out_too(tmp_path: Path) -> None:
    fit = MODULES["fit"].replace("default: 3", "default: null")
    steps = "  A: {module: fit, inputs: {rows: 's3://b/r', depth: '${parameters.n}'}}\n"
    pipeline = compiled(
        tmp_path,
        steps,
        modules={**MODULES, "fit": fit},
        parameters="{n: {type: integer, default: null}}",
    )
    assert "depth" not in execute(pipeline).arguments("A")["HyperParameters"]
    given = execute(pipeline, {"n": 7}).arguments("A")["HyperParameters"]
    assert given["depth"] == "7"


@pytest.mark.parametrize(
    ("step", "told"),
    [
        (
            "{module: job, inputs: {must: '${parameters.w}'}}",
            "input 'must' of step 'A' needs a value, and parameter 'w' may be null",
        ),
        (
            "{module: job, inputs: {word: 'a ${parameters.w}'}}",
            "parameter 'w' may be null, which is no text",
        ),
        (
            "{module: copy, inputs: {rows: '${parameters.d}'}}",
            "input 'rows' of step 'A' needs a value, and parameter 'd' may be null",
        ),
        (
            "{type: map, items: '${parameters.l}', steps: {B: {type: pass}}}",
            "'items' needs a value, and parameter 'l' may be null",
        ),
        (
            "{type: fail, cause: '${parameters.w}'}",
            "'cause' needs a value, and parameter 'w' may be null",
        ),
        (
            "{type: pass, result: {a: '${parameters.l[0]}'}}",
            "parameter 'l' may be null: nothing is in it",
        ),
    ],
)
def test_what_may_be_null_does_not_stand_where_a_value_must(
    tmp_path: Path, step: str, told: str
) -> None:
    parameters = (
        "{w: {type: string, default: null}, d: {type: s3, default: null}, "
        "l: {type: list, default: null}}"
    )
    modules = {**MODULES, "job": JOB}
    (found,) = problems(
        tmp_path, f"  A: {step}\n", modules=modules, parameters=parameters
    )
    assert told in found
    assert "refer to it after a choice that asks for it" in found
    asked = f"""
  Gate:
    type: choice
    choices: [{{when: {{value: "${{parameters.w}}", equals: null}}, next: Done}},
              {{when: {{value: "${{parameters.d}}", equals: null}}, next: Done}},
              {{when: {{value: "${{parameters.l}}", equals: null}}, next: Done}}]
    default: A
  A: {step}
  Done: {{type: succeed}}
"""
    assert problems(tmp_path, asked, modules=modules, parameters=parameters) == []


def test_only_who_leaves_a_null_out_takes_one(tmp_path: Path) -> None:
    register = """
name: reg
type: register_model
interface:
  inputs: {model_data: {type: s3}, note: {type: string, default: null}}
implementation: {group: g, image: {framework: xgboost, version: 3.0-5}}
"""
    inputs = "{model_data: 's3://b/m.tar.gz', note: '${parameters.w}'}"
    found = problems(
        tmp_path,
        f"  A: {{module: reg, inputs: {inputs}}}\n",
        modules={**MODULES, "reg": register},
        parameters=OPTIONAL,
    )
    told = "input 'note' of step 'A' needs a value, and parameter 'w' may be null"
    assert any(told in one for one in found)


def test_null_is_a_value_for_a_pass_and_for_a_function(tmp_path: Path) -> None:
    steps = """
  Set: {type: pass, result: {x: "${parameters.x}"}}
  Call: {module: call, inputs: {x: "${parameters.x}"}}
"""
    ran = execute(compiled(tmp_path, steps, parameters=OPTIONAL))
    assert ran.output["steps"]["Set"]["outputs"] == {"x": None}
    assert ran.arguments("Call")["Payload"] == {"x": None}
