"""The rules of a choice: both spellings, and what a condition cannot be."""

from __future__ import annotations

from typing import Any

import pytest

from mlmax_pipelines.spec.conditions import OLDER_OPERATORS, OPERATORS, read_choices
from mlmax_pipelines.spec.fields import Reader
from mlmax_pipelines.yaml.document import parse


def read(choices: str) -> tuple[list[dict[str, Any]], list[str]]:
    """The rules, and `column: message | hint` of each problem."""
    reader = Reader(parse(f"choices: {choices}\n", "f.yaml"))
    rules = read_choices(reader, reader.document.data["choices"], ("choices",))
    places = [str(p.where).rpartition(":")[2] for p in reader.problems]
    found = zip(places, reader.problems, strict=True)
    return rules, [f"{column}: {p.message} | {p.hint}" for column, p in found]


def condition(text: str) -> Any:
    (rule,), problems = read(f"[{{when: {text}, next: B}}]")
    assert problems == []
    assert rule["next"] == "B"
    return rule["when"]


def older(text: str) -> Any:
    (rule,), problems = read(f"[{{{text}, Next: B}}]")
    assert problems == []
    assert rule["next"] == "B"
    return rule["when"]


def fault(text: str) -> str:
    (problem,) = read(f"[{{when: {text}, next: B}}]")[1]
    return problem


def test_a_condition_keeps_its_form() -> None:
    text = "{value: '${parameters.x}', less_than: 2}"
    assert condition(text) == {"value": "${parameters.x}", "less_than": 2}
    nested = "{all: [{value: a, equals: 1}, {not: {value: b, is_null: true}}]}"
    assert condition(nested) == {
        "all": [{"value": "a", "equals": 1}, {"not": {"value": "b", "is_null": True}}]
    }


def test_an_older_condition_reads_like_a_present_one() -> None:
    assert older("Variable: $.x, NumericGreaterThanEquals: 2") == {
        "value": "$.x",
        "greater_or_equal": 2,
    }
    combined = (
        "And: [{Variable: $.x, IsPresent: true}, "
        "{Not: {variable: $.y, StringEquals: a}}]"
    )
    assert older(combined) == {
        "all": [
            {"value": "$.x", "is_present": True},
            {"not": {"value": "$.y", "equals": "a"}},
        ]
    }


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ("StringEquals: a", "equals"),
        ("StringGreaterThan: a", "greater_than"),
        ("StringMatches: a*", "matches"),
        ("NumericGreaterThan: 1", "greater_than"),
        ("NumericLessThan: 1", "less_than"),
        ("NumericLessThanEquals: 1", "less_or_equal"),
        ("BooleanEquals: true", "equals"),
        ("IsNumeric: true", "is_numeric"),
        ("IsString: false", "is_string"),
    ],
)
def test_every_older_operator_has_a_present_one(written: str, read: str) -> None:
    assert list(older(f"Variable: $.x, {written}")) == ["value", read]
    assert set(OLDER_OPERATORS.values()) <= set(OPERATORS)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("[]", "18: 'choices[0].when' must be a condition"),
        ("{}", "18: a condition needs 'value', a reference | value: ${steps.X"),
        ("{equals: 1}", "18: a condition needs 'value', a reference"),
        ("{value: 1, equals: 1}", "18: a condition needs 'value', a reference"),
        ("{value: a}", "18: a condition has one operator, found none | operators: eq"),
        (
            "{value: a, equals: 1, less_than: 2}",
            "18: a condition has one operator, found 'equals' and 'less_than'",
        ),
        (
            "{value: a, equal: 1}",
            "29: unknown key 'equal' in a condition | did you mean 'equals'?",
        ),
        ("{all: [{value: a, equals: 1}], value: b}", "18: a condition has keys beside"),
        ("{any: []}", "24: 'choices[0].when.any' must be a list of conditions"),
        ("{not: [x]}", "24: 'choices[0].when.not' must be a condition"),
        (
            "{value: a, less_than: true}",
            "40: 'choices[0].when.less_than' must be a number or text, found true",
        ),
        ("{value: a, is_null: 1}", "38: 'choices[0].when.is_null' must be true or fal"),
        ("{value: a, matches: 1}", "38: 'choices[0].when.matches' must be text, fou"),
        ("{value: a, equals: [1]}", "37: 'choices[0].when.equals' must be a number, "),
        (
            "{Variable: $.x, NumericEquals: '1'}",
            "49: 'choices[0].when.NumericEquals' must be a number, found '1'",
        ),
        ("{Variable: $.x, equals: 1}", "34: unknown key 'equals' in a condition | did"),
    ],
)
def test_a_condition_that_cannot_be_is_told_in_its_place(
    text: str, expected: str
) -> None:
    assert fault(text).startswith(expected)


def test_no_rules_are_a_problem_and_a_rule_that_is_none_is_left_out() -> None:
    assert read("{}")[1] == ["10: 'choices' must be a list, found no keys | "]
    assert read("[]")[1][0].startswith("10: 'choices' is empty: nothing to choose")
    good = "{when: {value: a, equals: 1}, next: B}"
    rules, problems = read(f"[x, {good}]")
    assert [rule["next"] for rule in rules] == ["B"]
    assert problems == ["11: 'choices[0]' must be keys with values, found 'x' | "]
