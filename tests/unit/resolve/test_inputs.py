"""The inputs of a step: given, by default, or refused with their place."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import pytest

from mlmax_pipelines.resolve.inputs import read_inputs
from mlmax_pipelines.steps.contract import InputPort
from mlmax_pipelines.steps.values import literal, state_data
from tests.unit.compiler.projects import MODULES
from tests.unit.resolve.bound import Bound, bound

PARAMETERS = (
    "{rows: {type: s3, default: data/rows.csv}, n: {type: integer, default: 2}}"
)
PICK = """
name: pick
type: processing
interface:
  inputs:
    way: {type: string, enum: [slow, fast], default: slow}
    sizes: {type: list, default: [1, 2]}
    rows: {type: s3, default: null}
implementation:
  image: {framework: sklearn, version: 1.4-2}
  entry_point: src/copy.py
"""


def step(root: Path, text: str) -> Bound:
    """`B` behind `A`, which has a folder and metrics; `text` is what it says."""
    steps = f"  A: {{module: copy}}\n  B: {text}\n"
    modules = {**MODULES, "pick": PICK}
    return bound(root, steps, modules=modules, parameters=PARAMETERS)


def inputs(root: Path, text: str) -> Mapping[str, InputPort]:
    made = step(root, text)
    found = read_inputs(made.bindings["B"], made.reader)
    assert made.said == []
    return found


def refused(root: Path, text: str) -> str:
    made = step(root, text)
    read_inputs(made.bindings["B"], made.reader)
    (found,) = made.said
    return found


def test_what_is_not_given_has_its_default_and_null_is_left_out(tmp_path: Path) -> None:
    assert inputs(tmp_path, "{module: pick}") == {
        "way": InputPort("way", "string", literal("slow", "string")),
        "sizes": InputPort("sizes", "list", literal([1, 2], "list")),
    }


def test_what_is_given_has_the_type_that_the_module_declares(tmp_path: Path) -> None:
    found = inputs(tmp_path, "{module: copy, inputs: {level: '${parameters.n}'}}")
    port = found["level"]
    assert (port.type, port.value.expression) == ("number", "$.parameters.n")
    assert port.value.type == "integer"


def test_null_may_be_given_wherever_a_value_may(tmp_path: Path) -> None:
    found = inputs(tmp_path, "{module: fit, inputs: {rows: 's3://b/r', depth: null}}")
    assert found["depth"].value == literal(None, "integer")


def test_null_is_no_value_for_what_needs_one(tmp_path: Path) -> None:
    found = refused(tmp_path, "{module: fit, inputs: {rows: null}}")
    assert "input 'rows' of step 'B' needs a value, found null" in found


def test_where_nothing_is_declared_an_input_is_what_it_gets(tmp_path: Path) -> None:
    text = "{module: call, inputs: {a: 1, b: '${parameters.rows}', c: [x]}}"
    types = {name: port.type for name, port in inputs(tmp_path, text).items()}
    assert types == {"a": "integer", "b": "s3", "c": "list"}


def test_metrics_are_a_folder_where_one_is_wanted(tmp_path: Path) -> None:
    text = "{module: copy, inputs: {rows: '${steps.A.outputs.quality}'}}"
    value = inputs(tmp_path, text)["rows"].value
    assert value.type == "s3"
    assert "/A/quality/" in value.expression
    text = "{module: call, inputs: {rows: '${steps.A.outputs.quality}'}}"
    value = inputs(tmp_path, text)["rows"].value
    assert value == state_data("$.steps.A.outputs.quality.values", "object")


@pytest.mark.parametrize(
    ("input", "text", "message"),
    [
        ("rows", "${parameters.n}", "takes an s3, found an integer"),
        ("rows", "${pipeline.execution_name}", "takes an s3, found a string"),
        ("level", "${parameters.rows}", "takes a number, found an s3"),
        ("level", "${steps.A.outputs.quality.name}", "takes a number, found a string"),
        ("level", "high", "takes a number, found 'high' (a string)"),
        ("level", "true", "takes a number, found True (a boolean)"),
        ("word", "${parameters.n}", "takes a string, found an integer"),
        (
            "rows",
            "local/folder",
            "takes an s3:// URI or a reference, found 'local/fold",
        ),
    ],
)
def test_types_that_do_not_fit_are_refused(
    tmp_path: Path, input: str, text: str, message: str
) -> None:
    given = text if text == "true" else f"'{text}'"
    found = refused(tmp_path, f"{{module: copy, inputs: {{{input}: {given}}}}}")
    # The value's place.
    column = len(f"  B: {{module: copy, inputs: {{{input}: ") + 1
    assert found.startswith(f"5:{column}: input '{input}' of step 'B' {message}")


def test_a_choice_of_values_is_kept_to(tmp_path: Path) -> None:
    assert inputs(tmp_path, "{module: pick, inputs: {way: fast}}")["way"]
    found = refused(tmp_path, "{module: pick, inputs: {way: fats}}")
    assert "input 'way' of step 'B' is 'fats' | did you mean 'fast'?" in found


def test_a_missing_input_is_asked_for(tmp_path: Path) -> None:
    assert refused(tmp_path, "{module: fit}") == (
        "5:3: step 'B' lacks input 'rows' (s3) | inputs: {rows: ...}"
    )


def test_an_unknown_input_is_refused(tmp_path: Path) -> None:
    assert refused(tmp_path, "{module: copy, inputs: {levle: 3}}") == (
        "5:37: step 'B' has no input 'levle' | did you mean 'level'?"
    )


def test_a_step_of_the_flow_takes_no_inputs(tmp_path: Path) -> None:
    found = refused(tmp_path, "{type: pass, inputs: {a: 1}}")
    assert found.endswith("step 'B' has no input 'a' | it takes none")
