"""The rules of a choice, in the present spelling and in the older one.

What comes in: the list under `choices`. What goes out: `{"when": ..., "next": ...}`
per rule, whichever spelling it was written in, and problems. Never: a condition
evaluated, a reference followed.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from mlmax_pipelines.base.hints import did_you_mean
from mlmax_pipelines.spec.fields import Path, Reader, label
from mlmax_pipelines.steps.flow.choice import RULE

COMBINATORS = {"all": "all", "any": "any", "not": "not"}
OLDER_COMBINATORS = {"And": "all", "Or": "any", "Not": "not"}
ORDERED = ("greater_than", "greater_or_equal", "less_than", "less_or_equal")
TESTS = ("is_present", "is_null", "is_numeric", "is_string", "is_boolean")
OPERATORS = ("equals", "not_equals", *ORDERED, "matches", *TESTS)

# The words of the Amazon States Language ("Choice state") that the first version
# passed on, and what they are now. Values keep their types, so the words need none.
_ORDERS = {
    "Equals": "equals",
    "GreaterThan": "greater_than",
    "GreaterThanEquals": "greater_or_equal",
    "LessThan": "less_than",
    "LessThanEquals": "less_or_equal",
}
OLDER_TESTS = {
    "IsPresent": "is_present",
    "IsNull": "is_null",
    "IsNumeric": "is_numeric",
    "IsString": "is_string",
    "IsBoolean": "is_boolean",
}
OLDER_OPERATORS = {
    **{f"String{order}": word for order, word in _ORDERS.items()},
    **{f"Numeric{order}": word for order, word in _ORDERS.items()},
    "BooleanEquals": "equals",
    "StringMatches": "matches",
    **OLDER_TESTS,
}
OLDER_KEYS = ("Variable", "variable", *OLDER_COMBINATORS)


def read_choices(reader: Reader, choices: Any, path: Path) -> list[dict[str, Any]]:
    """Every rule that is right, in the present spelling."""
    if not isinstance(choices, list):
        reader.expect("a list", choices, path)
        return []
    if not choices:
        hint = "give it a rule: {when: {value: ..., greater_than: ...}, next: ...}"
        reader.report(f"{label(path)} is empty: nothing to choose", path, hint)
    read = (_choice(reader, rule, (*path, i)) for i, rule in enumerate(choices))
    return [rule for rule in read if rule]


def _choice(reader: Reader, rule: Any, path: Path) -> dict[str, Any]:
    if not isinstance(rule, dict):
        reader.expect("keys with values", rule, path)
        return {}
    at: Path = (*path, "when")
    if "when" not in rule and any(key in OLDER_KEYS for key in rule):
        ways = {key: rule[key] for key in rule if key in ("next", "Next")}
        condition = {key: rule[key] for key in rule if key not in ways}
        rule, at = {**ways, "when": condition}, path
    read = reader.read_keys(RULE, rule, path)
    if "when" in read:
        read["when"] = _condition(reader, read["when"], at)
    return read


def _condition(reader: Reader, condition: Any, path: Path) -> dict[str, Any]:
    if not isinstance(condition, dict):
        return _wrong(reader, "a condition (value and one operator)", condition, path)
    for written, value in condition.items():
        if word := COMBINATORS.get(written) or OLDER_COMBINATORS.get(written):
            if len(condition) > 1:
                hint = "nest conditions inside it"
                message = f"a condition has keys beside '{written}'"
                reader.report(message, path, hint)
            return {word: _nested(reader, word, value, (*path, written))}
    if "Variable" in condition or "variable" in condition:
        variable = "Variable" if "Variable" in condition else "variable"
        read = _comparison(reader, condition, variable, (*OLDER_OPERATORS,), path)
        return {OLDER_OPERATORS.get(key, "value"): v for key, v in read.items()}
    return _comparison(reader, condition, "value", OPERATORS, path)


def _nested(reader: Reader, word: str, value: Any, path: Path) -> Any:
    if word == "not":
        return _condition(reader, value, path)
    if not isinstance(value, list) or not value:
        return _wrong(reader, "a list of conditions", value, path)
    return [_condition(reader, item, (*path, i)) for i, item in enumerate(value)]


def _comparison(
    reader: Reader,
    condition: Mapping[str, Any],
    subject: str,
    operators: Sequence[str],
    path: Path,
) -> dict[str, Any]:
    """A subject and one operator, as they stand; nothing when something is wrong."""
    allowed = (subject, *operators)
    for key in condition:
        if key not in allowed:
            hint = did_you_mean(key, (*allowed, *COMBINATORS))
            message = f"unknown key '{key}' in a condition"
            reader.report(message, (*path, key), hint, key=True)
            return {}
    if not isinstance(condition.get(subject), str):
        hint = f"{subject}: ${{steps.X.outputs.y}} or ${{parameters.z}}"
        reader.report(f"a condition needs '{subject}', a reference", path, hint)
        return {}
    given = [key for key in condition if key != subject]
    if len(given) != 1:
        found = " and ".join(f"'{key}'" for key in given) or "none"
        hint = f"operators: {', '.join(operators)}; several conditions go under all:"
        reader.report(f"a condition has one operator, found {found}", path, hint)
        return {}
    expected, fits = _operand(given[0])
    at = (*path, given[0])
    forgotten = condition[given[0]] is None and not reader.document.text_of(at)
    if forgotten or not fits(condition[given[0]]):
        return _wrong(reader, expected, condition[given[0]], (*path, given[0]))
    return dict(condition)


def _wrong(reader: Reader, expected: str, found: Any, path: Path) -> dict[str, Any]:
    reader.expect(expected, found, path)
    return {}


def _operand(operator: str) -> tuple[str, Callable[[Any], bool]]:
    """What may stand on an operator's right, in words and as a check."""
    if operator in TESTS or operator in OLDER_TESTS or operator == "BooleanEquals":
        return "true or false", lambda value: isinstance(value, bool)
    if operator == "matches" or operator.startswith("String"):
        return "text", lambda value: isinstance(value, str)
    if operator.startswith("Numeric"):
        return "a number", lambda value: _is_plain(value) and not isinstance(value, str)
    if operator in ORDERED:
        return "a number or text", _is_plain
    return (
        "a number, text, true, false or null",
        lambda v: v is None or isinstance(v, bool) or _is_plain(v),
    )


def _is_plain(value: Any) -> bool:
    return isinstance(value, int | float | str) and not isinstance(value, bool)
