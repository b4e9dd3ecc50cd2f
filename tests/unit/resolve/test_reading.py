"""Texts with references become values, however deep they stand."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from mlmax_pipelines.base.literals import written
from mlmax_pipelines.resolve.references import UNKNOWN
from mlmax_pipelines.steps.values import Value, literal
from tests.unit.resolve.bound import Bound, bound

PARAMETERS = "{n: {type: integer, default: 2}, o: {type: object, default: {}}}"


def step(root: Path, text: str) -> Bound:
    return bound(root, f"  A: {text}\n", parameters=PARAMETERS)


def read(root: Path, text: str, wanted: str = "any") -> tuple[Value, list[str]]:
    """The value of an input that is written so, and the problems."""
    made = step(root, f"{{module: call, inputs: {{x: {text}}}}}")
    binding = made.bindings["A"]
    raw, place = binding.inputs["x"], binding.input_place("x")
    return made.reader.value(raw, binding, place, wanted), made.said


def fields(root: Path, text: str) -> dict[str, Any]:
    made = step(root, text)
    found = made.reader.fields(made.bindings["A"])
    assert made.said == []
    return found


def test_what_refers_to_nothing_stands_as_it_is(tmp_path: Path) -> None:
    for text, value in (("1", 1), ("[a, {b: 1}]", ["a", {"b": 1}]), ("{}", {})):
        assert read(tmp_path, text) == (literal(value), [])
    assert read(tmp_path, "plain", "string") == (literal("plain", "string"), [])


def test_a_list_with_references_is_a_list_of_values(tmp_path: Path) -> None:
    value, problems = read(tmp_path, "['${parameters.n}', two, ['${parameters.o}']]")
    assert problems == []
    assert (value.type, value.expression) == (
        "list",
        "States.Array($.parameters.n, 'two', States.Array($.parameters.o))",
    )


def test_a_reference_inside_an_object_is_refused_at_the_object(tmp_path: Path) -> None:
    for text in ("{a: ['${parameters.n}']}", "{a: {b: '${parameters.n}'}}"):
        value, (problem,) = read(tmp_path, text)
        assert value is UNKNOWN
        told = "a reference cannot stand inside an object | give the input the whole"
        assert problem.startswith(f"4:33: {told}")


def test_a_problem_in_a_list_is_told_at_its_item(tmp_path: Path) -> None:
    value, problems = read(tmp_path, "[a, '${parameters.m}', '${oops()}']")
    assert [problem.partition(" | ")[0] for problem in problems] == [
        "4:37: unknown parameter 'm'",
        "4:56: '${oops()}' is not a name: expressions hold no code",
    ]
    assert not value.is_literal


def test_fields_keep_their_form_around_their_values(tmp_path: Path) -> None:
    text = "{type: pass, result: {a: {b: [1, '${parameters.n}']}, c: x, d: '$${n}'}}"
    result = fields(tmp_path, text)["result"]
    value = result["a"]["b"].pop()
    assert (value.type, value.expression) == ("integer", "$.parameters.n")
    assert result["a"] == {"b": [1]}
    assert result["c"] == "x"
    assert result["d"] == literal(written("${n}"), "string")


def test_a_path_of_an_older_condition_is_a_reference(tmp_path: Path) -> None:
    rule = "{Variable: $.parameters.n, NumericEquals: 1, Next: A}"
    (read,) = fields(tmp_path, f"{{type: choice, choices: [{rule}]}}")["choices"]
    value = read["when"]["value"]
    assert (value.type, value.expression) == ("integer", "$.parameters.n")


def test_elsewhere_a_path_is_text(tmp_path: Path) -> None:
    assert fields(tmp_path, "{type: pass, result: {a: $.parameters.n}}") == {
        "result": {"a": "$.parameters.n"}
    }


def test_a_reference_in_a_field_is_of_the_type_of_the_field(tmp_path: Path) -> None:
    def said(text: str) -> list[str]:
        made = step(tmp_path, text)
        made.reader.fields(made.bindings["A"])
        return made.said

    assert said("{type: wait, seconds: '${parameters.n}'}") == []
    (problem,) = said("{type: wait, seconds: '${parameters.o}'}")
    assert "'seconds' takes an integer, found an object | " in problem
    (problem,) = said("{type: wait, seconds: '${env.n}'}")
    assert "'seconds' takes an integer, found a string | " in problem
