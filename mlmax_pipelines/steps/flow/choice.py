"""choice: goes on to the first step whose condition holds.

A condition compares one value: `{value: "${...}", greater_or_equal: 0.9}`, and can be
put together with `all`, `any` and `not`.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from mlmax_pipelines.steps import sdk
from mlmax_pipelines.steps.context import BuildContext
from mlmax_pipelines.steps.contract import Draft, Field, Found, ResolvedStep, StepType
from mlmax_pipelines.steps.values import Value, expression

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
_EQUALITY = ("equals", "not_equals")
_FAMILIES = {
    "number": "Numeric",
    "integer": "Numeric",
    "boolean": "Boolean",
    "string": "String",
    "s3": "String",
}
_FITS: Mapping[str, tuple[type, ...]] = {
    "Numeric": (int, float),
    "String": (str,),
    "Boolean": (bool,),
}
RULE = {
    "when": Field("any", "a condition: value and one operator", required=True),
    "next": Field("step", "the step to go to", required=True),
}


class Choice(StepType):
    type = "choice"
    summary = "goes on to the first step whose condition holds"
    is_job = False
    outputs = {}
    output_kinds = ()
    fields = {
        "choices": Field(
            "list",
            "the conditions, first match wins",
            required=True,
            items=Field("mapping", fields=RULE),
        ),
        "default": Field(
            "step", "where it goes when no condition holds; it must be said"
        ),
    }

    def check(self, step: ResolvedStep) -> list[Found]:
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
    variable, word, against = _parts(when)
    if word in _TESTS:
        return sdk.rule(_TESTS[word], variable, against)
    if word == "matches":
        return sdk.rule("StringMatches", variable, against)
    if against is None:
        is_null = sdk.rule("IsNull", variable, True)
        return is_null if word == "equals" else sdk.combine("Not", [is_null])
    if word == "not_equals":
        return sdk.combine("Not", [_compare("equals", variable, against)])
    return _compare(word, variable, against)


def _parts(when: Mapping[str, Any]) -> tuple[Any, str, Any]:
    """What is compared, how, and with what."""
    word, against = next((k, v) for k, v in when.items() if k != "value")
    return when["value"], word, against


def _compare(word: str, variable: Value, against: Any) -> Any:
    operator = f"{_family(word, variable, against)}{_COMPARE[word]}"
    if _is_path(against):
        return sdk.rule(f"{operator}Path", variable, expression(against))
    return sdk.rule(operator, variable, _plain(against))


def _is_path(value: Any) -> bool:
    return isinstance(value, Value) and not value.is_literal


def _plain(value: Any) -> Any:
    return value.literal if isinstance(value, Value) else value


def _family(word: str, variable: Value, against: Any) -> str:
    """Numeric, String or Boolean: from the declared types, else from the literal.

    An order of two values nobody declared is one of numbers, as metrics are; "" for
    their equality, which cannot be told.
    """
    for value in (variable, against):
        if isinstance(value, Value) and value.type in _FAMILIES:
            return _FAMILIES[value.type]
    if _is_path(against):
        return "" if word in _EQUALITY else "Numeric"
    plain = _plain(against)
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
    return _compare_problems(when) if len(when) == 2 else []


def _compare_problems(when: Mapping[str, Any]) -> list[tuple[str, str]]:
    variable, word, against = _parts(when)
    if not isinstance(variable, Value) or not variable.is_path:
        hint = "value: ${steps.Evaluate.outputs.metrics.roc_auc}"
        return [("'value' of a condition must be one reference", hint)]
    if word == "matches" and isinstance(against, Value):
        return [("'matches' takes a pattern, found a reference", "matches: deb*")]
    if against is None or word not in _COMPARE and word != "not_equals":
        return []
    if _is_path(against):
        return _path_problems(variable, word, against)
    family, plain = _family(word, variable, against), _plain(against)
    if isinstance(plain, _FITS[family]) and isinstance(plain, bool) == (
        family == "Boolean"
    ):
        return []
    text = f"'{word}' compares a {variable.type} with {plain!r}"
    return [(text, f"give a {family.lower()} value")]


def _path_problems(variable: Value, word: str, against: Value) -> list[tuple[str, str]]:
    """What is wrong with comparing two references."""
    if not against.is_path:
        hint = "compare with one reference; a pass step can put a text together"
        return [(f"'{word}' compares with a text of several parts", hint)]
    families = {_FAMILIES.get(value.type, "") for value in (variable, against)}
    if len(families - {""}) > 1:
        text = f"'{word}' compares a {variable.type} with a {against.type}"
        return [(text, "refer to a value of the same type")]
    if families == {""} and word in _EQUALITY:
        hint = "declare the type of one of them, as an output or under 'values'"
        return [(f"'{word}' compares two values of unknown type", hint)]
    return []


TYPE = Choice()
