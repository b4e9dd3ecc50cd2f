"""Conditions: which comparison of the language they become."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.unit.compiler.projects import compiled, execute, problems

PARAMETERS = """
  n: {type: number, default: 3}
  i: {type: integer, default: 3}
  s: {type: string, default: abc}
  b: {type: boolean, default: true}
  o: {type: object, default: {x: 3, y: 4}}
"""
STEPS = """
  A: {{module: copy}}
  Gate:
    type: choice
    choices: [{{when: {when}, next: Yes}}]
    default: No
  Yes: {{type: fail, error: Yes}}
  No: {{type: fail, error: No}}
"""


def rule(root: Path, when: str) -> dict[str, object]:
    pipeline = compiled(root, STEPS.format(when=when), parameters=PARAMETERS)
    (found,) = pipeline.definition["States"]["Gate"]["Choices"]
    assert found.pop("Next") == "Yes"
    return found


@pytest.mark.parametrize(
    ("when", "expected"),
    [
        ("{value: '${parameters.n}', equals: 3}", {"NumericEquals": 3}),
        ("{value: '${parameters.i}', less_than: 3.5}", {"NumericLessThan": 3.5}),
        ("{value: '${parameters.s}', equals: abc}", {"StringEquals": "abc"}),
        ("{value: '${parameters.s}', matches: 'a*'}", {"StringMatches": "a*"}),
        ("{value: '${parameters.b}', equals: true}", {"BooleanEquals": True}),
        ("{value: '${parameters.o.x}', equals: 3}", {"NumericEquals": 3}),
        ("{value: '${parameters.o}', is_null: false}", {"IsNull": False}),
        ("{value: '${parameters.o.z}', is_present: true}", {"IsPresent": True}),
        (
            "{value: '${parameters.n}', greater_or_equal: '${parameters.i}'}",
            {"NumericGreaterThanEqualsPath": "$.parameters.i"},
        ),
        (
            "{value: '${steps.A.outputs.loose.any}', greater_than: 0.5}",
            {"NumericGreaterThan": 0.5},
        ),
        (
            "{value: '${steps.A.outputs.loose.any}', less_or_equal: '${parameters.n}'}",
            {"NumericLessThanEqualsPath": "$.parameters.n"},
        ),
        (
            "{value: '${steps.A.outputs.loose.a}', less_than: '${parameters.o.x}'}",
            {"NumericLessThanPath": "$.parameters.o.x"},
        ),
        (
            "{value: '${steps.A.outputs.loose.any}', equals: text}",
            {"StringEquals": "text"},
        ),
    ],
)
def test_types_decide_how_values_are_compared(
    tmp_path: Path, when: str, expected: dict[str, object]
) -> None:
    found = rule(tmp_path, when)
    assert str(found.pop("Variable")).startswith("$.")
    assert found == expected


def test_conditions_are_put_together(tmp_path: Path) -> None:
    when = """{any: [
        {not: {value: '${parameters.n}', equals: 3}},
        {all: [{value: '${parameters.s}', not_equals: x},
               {value: '${parameters.b}', equals: true}]}]}"""
    not_x = {"Not": {"Variable": "$.parameters.s", "StringEquals": "x"}}
    is_true = {"Variable": "$.parameters.b", "BooleanEquals": True}
    assert rule(tmp_path, when) == {
        "Or": [
            {"Not": {"Variable": "$.parameters.n", "NumericEquals": 3}},
            {"And": [not_x, is_true]},
        ]
    }


@pytest.mark.parametrize(("body", "error"), [("0.7", "Yes"), ("0.3", "No")])
def test_an_undeclared_metric_gates_on_a_number(
    tmp_path: Path, body: str, error: str
) -> None:
    when = "{value: '${steps.A.outputs.loose.any}', greater_than: 0.5}"
    pipeline = compiled(tmp_path, STEPS.format(when=when), parameters=PARAMETERS)
    ran = execute(pipeline, answers={"A loose file": {"Body": '{"any": %s}' % body}})
    assert ran.error == error


@pytest.mark.parametrize(
    ("when", "message"),
    [
        (
            "{value: '${parameters.n}', equals: abc}",
            "'equals' compares a number with 'abc' | give a numeric value",
        ),
        (
            "{value: '${parameters.n}', equals: true}",
            "'equals' compares a number with True | give a numeric value",
        ),
        (
            "{value: '${parameters.b}', equals: 1}",
            "'equals' compares a boolean with 1 | give a boolean value",
        ),
        (
            "{value: '${parameters.n}', equals: '${parameters.s}'}",
            "'equals' compares a number with a string "
            "| refer to a value of the same type",
        ),
        (
            "{value: '${parameters.o.x}', equals: '${parameters.o.y}'}",
            "'equals' compares two values of unknown type "
            "| declare the type of one of them, as an output or under 'values'",
        ),
        (
            "{value: 'x${parameters.n}', equals: abc}",
            "'value' of a condition must be one reference "
            "| value: ${steps.Evaluate.outputs.metrics.roc_auc}",
        ),
        (
            "{value: '${parameters.s}', equals: 'x${parameters.s}'}",
            "'equals' compares with a text of several parts "
            "| compare with one reference; a pass step can put a text together",
        ),
        (
            "{value: '${parameters.s}', matches: '${parameters.s}'}",
            "'matches' takes a pattern, found a reference | matches: deb*",
        ),
    ],
)
def test_comparisons_that_make_no_sense(
    tmp_path: Path, when: str, message: str
) -> None:
    (found,) = problems(tmp_path, STEPS.format(when=when), parameters=PARAMETERS)
    place, _, text = found.partition(": ")
    assert place.startswith("pipelines/p.yaml:")
    assert text == message


@pytest.mark.parametrize(
    ("when", "given", "error"),
    [
        ("equals: null", None, "Yes"),
        ("equals: null", "a", "No"),
        ("not_equals: null", None, "No"),
        ("not_equals: ~", "a", "Yes"),
    ],
)
def test_a_value_may_be_compared_with_null(
    tmp_path: Path, when: str, given: str | None, error: str
) -> None:
    steps = """
  Gate:
    type: choice
    choices: [{when: {value: "${parameters.x}", WHEN}, next: Is}]
    default: Not
  Is: {type: fail, error: "Yes"}
  Not: {type: fail, error: "No"}
""".replace("WHEN", when)
    pipeline = compiled(
        tmp_path, steps, parameters="{x: {type: string, default: null}}"
    )
    assert execute(pipeline, {"x": given}).error == error


def test_a_forgotten_value_is_none(tmp_path: Path) -> None:
    steps = """
  Gate:
    type: choice
    choices:
      - when:
          value: ${parameters.x}
          equals:
        next: Is
    default: Is
  Is: {type: succeed}
"""
    (found,) = problems(tmp_path, steps, parameters="{x: {type: string}}")
    assert "must be a number, text, true, false or null, found nothing" in found
