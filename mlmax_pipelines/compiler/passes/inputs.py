"""States that look at an execution's input before anything is paid for.

What comes in: the parameters of a pipeline. What goes out: a choice with a rule for
each, and for each a state that fails with what is wrong. Never: items of lists are
looked at.

`pipeline run` finds all of it before it starts anything. An execution may be started in
the console, by a schedule or by the API as well.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from mlmax_pipelines.asl.paths import path_text
from mlmax_pipelines.base.layout import SCHEME
from mlmax_pipelines.compiled import Parameter
from mlmax_pipelines.steps import sdk
from mlmax_pipelines.steps.sdk import State
from mlmax_pipelines.steps.values import Value, call, expression, join, state_data

CHECK = "Check inputs"
WHOLE = "Whole numbers"
INVALID = "Input.Invalid"
NAMES = (CHECK, WHOLE)
# Where the texts of whole numbers are.
_TEXTS = ("pipeline", "integers")
# The operator that says whether a value is of a type, and the one that compares it.
_IS = {
    "string": "IsString",
    "s3": "IsString",
    "number": "IsNumeric",
    "integer": "IsNumeric",
    "boolean": "IsBoolean",
}
_EQUALS = {
    "IsString": "StringEquals",
    "IsNumeric": "NumericEquals",
    "IsBoolean": "BooleanEquals",
}
# A number that is whole has none of these, as a definition writes it.
_FRACTIONS = ("*.*", "*E*", "*e*")
_WHAT = {
    "string": "a text",
    "s3": f"an address, {SCHEME}...",
    "number": "a number",
    "integer": "a whole number",
    "boolean": "true or false",
    "list": "a list",
    "object": "an object",
}


def checks(parameters: Sequence[Parameter], first: State) -> list[State]:
    """The states, linked in order and on to `first`; none for no parameters."""
    if not parameters:
        return []
    choice = sdk.choice(CHECK)
    failures = []
    for one in parameters:
        failed = sdk.fail(
            f"Invalid input: {one.name}", error=INVALID, cause_path=_cause(one)
        )
        choice.add_choice(_wrong(one), failed)
        failures.append(failed)
    choice.default_choice(first)
    integers = [p.name for p in parameters if p.type == "integer" and not p.enum]
    if not integers:
        return [choice, *failures]
    texts = {name: call("States.JsonToString", _value(name)) for name in integers}
    written = sdk.pass_(WHOLE, parameters=texts, result_path=path_text(_TEXTS))
    written.next_step = choice
    return [written, choice, *failures]


def says(parameter: Parameter) -> str:
    """What its value must be, in words."""
    what = _WHAT[parameter.type]
    if parameter.enum:
        what = "one of " + ", ".join(map(_shown, parameter.enum))
    if parameter.minimum is not None:
        what += f" of {_shown(parameter.minimum)} or more"
    if parameter.maximum is not None:
        joined = " and" if parameter.minimum is not None else " of"
        what += f"{joined} {_shown(parameter.maximum)} or less"
    return what + " or null" * (parameter.default is None)


def _shown(value: Any) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)


def _value(name: str) -> Value:
    return state_data(path_text(("parameters", name)))


def _cause(parameter: Parameter) -> str:
    given = call("States.JsonToString", _value(parameter.name))
    text = join(
        f"input '{parameter.name}' is ", given, f", and must be {says(parameter)}"
    )
    return expression(text)


def _wrong(parameter: Parameter) -> Any:
    """The rule that holds for a value that the parameter cannot have."""
    wrong = _any(list(_faults(parameter)))
    if parameter.default is not None:
        return wrong
    return sdk.combine("And", [_is("IsNull", parameter.name, False), wrong])


def _any(rules: list[Any]) -> Any:
    return rules[0] if len(rules) == 1 else sdk.combine("Or", rules)


def _is(operator: str, name: str, value: Any) -> Any:
    return sdk.rule(operator, _value(name), value)


def _faults(parameter: Parameter) -> Iterator[Any]:
    name, kind = parameter.name, _IS.get(parameter.type)
    if kind is None:
        scalars = (*_EQUALS, "IsNull") if parameter.default is not None else _EQUALS
        yield from (_is(scalar, name, True) for scalar in scalars)
    elif parameter.enum:
        known = [_is(_EQUALS[kind], name, one) for one in parameter.enum]
        yield sdk.combine("Not", [_any(known)])
    elif parameter.type == "s3":
        yield sdk.combine("Not", [_is("StringMatches", name, f"{SCHEME}*")])
    else:
        yield _is(kind, name, False)
    if parameter.type == "integer" and not parameter.enum:
        text = state_data(path_text((*_TEXTS, name)))
        yield from (sdk.rule("StringMatches", text, one) for one in _FRACTIONS)
    for operator, limit in (
        ("NumericLessThan", parameter.minimum),
        ("NumericGreaterThan", parameter.maximum),
    ):
        if limit is not None:
            yield _is(operator, name, limit)
