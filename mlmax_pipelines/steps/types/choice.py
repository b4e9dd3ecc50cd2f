"""choice: goes on to the first step whose condition holds.

A condition compares one value: `{value: "${...}", greater_or_equal: 0.9}`, and can be
put together with `all`, `any` and `not`.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from mlmax_pipelines.steps import sdk
from mlmax_pipelines.steps.base import (
    BuildContext,
    Draft,
    Field,
    ResolvedStep,
    StepType,
)
from mlmax_pipelines.steps.values import Value

_COMPARE = {
    "equals": "Equals",
    "greater_than": "GreaterThan",
    "greater_or_equal": "GreaterThanEquals",
    "less_than": "LessThan",
    "less_or_equal": "LessThanEquals",
}
_TESTS = {
    "is_present": "IsPresent",
    "is_null": "IsNull",
    "is_numeric": "IsNumeric",
    "is_string": "IsString",
    "is_boolean": "IsBoolean",
}
_COMBINE = {"all": "And", "any": "Or"}


class Choice(StepType):
    kind = "choice"
    summary = "goes on to the first step whose condition holds"
    is_job = False
    fields = {
        "choices": Field(
            "list",
            "the conditions, first match wins",
            required=True,
            items=Field(
                "mapping",
                fields={
                    "when": Field("any", "the condition", required=True),
                    "next": Field("step", "where it goes", required=True),
                },
            ),
        ),
        "default": Field("step", "where it goes when no condition holds"),
    }

    def check(self, step: ResolvedStep) -> list[tuple[tuple[Any, ...], str, str]]:
        return [
            (("choices", index, "when"), text, hint)
            for index, entry in enumerate(step.fields.get("choices", ()))
            for text, hint in _problems(entry["when"])
        ]

    def build(self, step: ResolvedStep, context: BuildContext) -> list[Draft]:
        draft = Draft(sdk.choice(step.name), goes_on=False)
        for entry in step.fields["choices"]:
            draft.choices.append((rule(entry["when"]), entry["next"]))
        draft.default = step.fields.get("default", "")
        return [draft]


def rule(when: Mapping[str, Any]) -> Any:
    """A condition as the SDK's rule; `Not` of an equality is its inequality."""
    for word, operator in _COMBINE.items():
        if word in when:
            return sdk.combine(operator, [rule(inner) for inner in when[word]])
    if "not" in when:
        return sdk.combine("Not", [rule(when["not"])])
    variable = _variable(when["value"])
    word, against = next((k, v) for k, v in when.items() if k != "value")
    if word in _TESTS:
        return sdk.rule(_TESTS[word], variable.expression, against)
    if word == "matches":
        return sdk.rule("StringMatches", variable.expression, against)
    if word == "not_equals":
        return sdk.combine("Not", [_compare("equals", variable, against)])
    return _compare(word, variable, against)


def _variable(value: Any) -> Any:
    """A reference, or a path of the state's data in the language's own words."""
    if isinstance(value, str) and value.startswith("$"):
        return Value(expression=value)
    return value


def _compare(word: str, variable: Value, against: Any) -> Any:
    family = _family(variable, against)
    if isinstance(against, Value) and not against.is_literal:
        operator = f"{family}{_COMPARE[word]}Path"
        return sdk.rule(operator, variable.expression, against.expression)
    plain = against.literal if isinstance(against, Value) else against
    return sdk.rule(f"{family}{_COMPARE[word]}", variable.expression, plain)


def _family(variable: Value, against: Any) -> str:
    """Numeric, String or Boolean: from the declared types, else from the literal."""
    types = {
        "number": "Numeric",
        "integer": "Numeric",
        "boolean": "Boolean",
        "string": "String",
        "s3": "String",
    }
    for value in (variable, against):
        if isinstance(value, Value) and value.type in types:
            return types[value.type]
    plain = against.literal if isinstance(against, Value) else against
    if isinstance(plain, bool):
        return "Boolean"
    return "Numeric" if isinstance(plain, (int, float)) else "String"


def _problems(when: Any) -> list[tuple[str, str]]:
    """What is wrong with the types of one condition: (message, hint)."""
    if not isinstance(when, Mapping):
        return []
    for word in (*_COMBINE, "not"):
        if word in when:
            inner = (
                when[word] if isinstance(when[word], (list, tuple)) else [when[word]]
            )
            return [problem for entry in inner for problem in _problems(entry)]
    if "value" not in when or len(when) != 2:
        return []
    return _compare_problems(when)


def _compare_problems(when: Mapping[str, Any]) -> list[tuple[str, str]]:
    variable = _variable(when["value"])
    word, against = next((k, v) for k, v in when.items() if k != "value")
    if not isinstance(variable, Value) or not variable.expression.startswith("$"):
        hint = "value: ${steps.Evaluate.outputs.metrics.roc_auc}"
        return [("'value' of a condition must be one reference", hint)]
    if word not in _COMPARE and word != "not_equals":
        return []
    family = _family(variable, against)
    plain = against.literal if isinstance(against, Value) else against
    fits = {"Numeric": (int, float), "String": (str,), "Boolean": (bool,)}[family]
    is_path = isinstance(against, Value) and not against.is_literal
    if is_path or (
        isinstance(plain, fits) and isinstance(plain, bool) == (bool in fits)
    ):
        return []
    text = f"'{word}' compares a {variable.type} with {plain!r}"
    return [(text, f"give a {family.lower()} value")]


TYPE = Choice()
