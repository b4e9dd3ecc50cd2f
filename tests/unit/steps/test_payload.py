"""Payload templates: whatever a user writes arrives, and no template holds a null."""

from __future__ import annotations

import json
import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mlmax_pipelines.aws.templates import parse
from mlmax_pipelines.base.errors import PipelineError
from mlmax_pipelines.cloudformation.templates import render
from mlmax_pipelines.steps.payload import payload
from mlmax_pipelines.steps.values import (
    STATE,
    context_object,
    literal,
    result,
    state_data,
)
from tests.unit.compiler.projects import REPOSITORY, compiled, execute, problems

STEP = state_data("$.steps.A", "string")
NULL = "States.StringToJson('null')"
TEXT = st.text("ab'\\{}\"é\n$ ,", max_size=6).filter(lambda text: "${" not in text)
DATA = st.recursive(
    st.none() | st.booleans() | st.integers(-9, 9) | TEXT,
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            TEXT.filter(lambda text: text[-2:] != ".$"), inner, max_size=3
        )
    ),
    max_leaves=8,
)


@pytest.mark.parametrize("template", [{"a": {"b": STEP}}, {"a": [STEP]}])
def test_a_path_of_the_wrong_scope_is_refused(template: Any) -> None:
    with pytest.raises(PipelineError, match="state data where there is the task's"):
        payload(template, "the task's result")
    with pytest.raises(PipelineError, match="the task's result where there is state"):
        payload({"a": result("$.Body")}, STATE)


def test_context_and_constants_fit_anywhere() -> None:
    name = context_object("$$.Execution.Name")
    written = {"a.$": "$$.Execution.Name", "b": 1}
    assert payload({"a": name, "b": literal(1)}, STATE) == written


def test_a_key_written_by_hand_is_refused() -> None:
    with pytest.raises(PipelineError, match=r"'a\.\$' is written by hand"):
        payload({"a.$": "$.x"}, STATE)


@pytest.mark.parametrize(
    ("template", "written"),
    [
        ({"a": [1, STEP]}, {"a.$": "States.Array(1, $.steps.A)"}),
        ({"a": [{"b": STEP}]}, {"a": [{"b.$": "$.steps.A"}]}),
        ({"a": ("x", literal(2))}, {"a": ["x", 2]}),
        ({"a": None}, {"a.$": NULL}),
        ({"a": {"b": [{"c": None}]}}, {"a": {"b": [{"c.$": NULL}]}}),
        ({"a": [1, None]}, {"a.$": "States.StringToJson('[1, null]')"}),
        ({"a": [None, STEP]}, {"a.$": f"States.Array({NULL}, $.steps.A)"}),
        (
            {"a": [[1, {"b": "it's"}], STEP]},
            {
                "a.$": r"States.Array(States.StringToJson('"
                r"""[1, \{"b": "it\'s"\}]'), $.steps.A)"""
            },
        ),
        # A key of the user's that ends in `.$` is no expression of the language.
        (
            {"a": literal({"x.$": "$.y"})},
            {"a.$": r"""States.StringToJson('\{"x.$": "$.y"\}')"""},
        ),
        (
            {"a": literal({"x": None})},
            {"a.$": r"""States.StringToJson('\{"x": null\}')"""},
        ),
    ],
)
def test_templates_are_written_in_the_terms_of_the_language(
    template: Any, written: Any
) -> None:
    assert payload(template, STATE) == written


def nulls(value: Any, path: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    """Where a null stands in a template."""
    if isinstance(value, Mapping):
        return [p for key, item in value.items() for p in nulls(item, (*path, key))]
    if isinstance(value, list):
        return [p for i, item in enumerate(value) for p in nulls(item, (*path, i))]
    return [path] if value is None else []


@pytest.mark.parametrize(
    "file",
    [
        *sorted((REPOSITORY / "templates").glob("*.yaml")),
        *sorted((REPOSITORY / "tests/golden").glob("*/template.yaml")),
    ],
    ids=lambda file: f"{file.parent.name}-{file.name}",
)
def test_no_template_holds_a_null(file: Path) -> None:
    assert nulls(parse(file.read_bytes())) == []


def written(pipeline: Any) -> dict[str, bytes]:
    """The templates, looked through for nulls, and the definitions beside them."""
    files = dict(render([pipeline]))
    for name in [name for name in files if name.endswith(".yaml")]:
        assert nulls(parse(files.pop(name))) == [], name
    return files


@pytest.mark.proof("examples")
@given(data=DATA, other=DATA)
def test_what_a_user_writes_arrives_and_no_template_holds_a_null(
    data: Any, other: Any
) -> None:
    head = {"parameters": json.dumps({"x": {"type": "object", "default": {"a": data}}})}
    steps = f"""
  P: {{type: pass, result: {json.dumps({"a": data, "b": [other]})}}}
  A:
    module: call
    inputs: {json.dumps({"a": data, "b": {"c": other}, "d": [other], "e": None})}
  B:
    module: call
    inputs: {{p: "${{steps.P.outputs.a}}", x: "${{parameters.x}}"}}
"""
    with tempfile.TemporaryDirectory() as folder:
        pipeline = compiled(Path(folder), steps, **head)
    answers: dict[str, Any] = {"A": {"Payload": {}}, "B": {"Payload": {}}}
    ran = execute(pipeline, {}, answers)
    assert ran.status == "SUCCEEDED", ran.cause
    assert ran.output["steps"]["P"]["outputs"]["a"] == data
    assert ran.arguments("A")["Payload"] == {
        "a": data,
        "b": {"c": other},
        "d": [other],
        "e": None,
    }
    assert ran.arguments("B")["Payload"] == {"p": data, "x": {"a": data}}
    assert written(pipeline) == {}


def test_a_null_that_no_intrinsic_can_say_is_delivered_as_a_file(
    tmp_path: Path,
) -> None:
    steps = """
  P: {type: pass, result: {a: [null, {b: "${pipeline.execution_name}", c: "é"}]}}
"""
    pipeline = compiled(tmp_path, steps)
    (content,) = written(pipeline).values()
    assert json.loads(content) == pipeline.definition
    assert content.isascii()
    outputs = execute(pipeline).output["steps"]["P"]["outputs"]
    assert outputs == {"a": [None, {"b": "a-run", "c": "é"}]}


@pytest.mark.parametrize(
    "list",
    [
        '["${pipeline.start_time}", {a: "${pipeline.start_time}"}]',
        '[["${pipeline.start_time}"], {a: ["${env.team}"]}]',
    ],
)
def test_a_list_that_no_template_can_hold_is_refused(tmp_path: Path, list: str) -> None:
    (found,) = problems(tmp_path, f"  P: {{type: pass, result: {{x: {list}}}}}\n")
    assert found.startswith("pipelines/p.yaml:3:")
    assert "a list has references beside objects with references" in found


@pytest.mark.parametrize(
    "steps",
    [
        "  A: {module: call}\n",
        "  A: {module: copy}\n",
        "  A: {module: fit, inputs: {rows: 's3://b/k'}}\n",
        "  A: {type: parallel, branches: [{steps: {B: {type: pass}}}]}\n",
        '  A: {type: map, items: "${parameters.l}", steps: {B: {type: pass}}}\n',
    ],
)
def test_a_result_that_nobody_reads_leaves_nothing_and_no_null(
    tmp_path: Path, steps: str
) -> None:
    pipeline = compiled(tmp_path, steps, parameters="{l: {type: list, default: [1]}}")
    state = pipeline.definition["States"]["A"]
    assert (state["ResultSelector"], state["ResultPath"]) == (
        {"kept": False},
        "$.dropped",
    )
    assert written(pipeline) == {}
    answers = {"A": {"Payload": {"large": "x" * 1000}}} if "call" in steps else {}
    output = execute(pipeline, {}, answers).output
    assert output["dropped"] == {"kept": False}
    assert "large" not in json.dumps(output)
