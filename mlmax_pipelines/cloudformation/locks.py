"""Parameters that an environment locks, held in the state machine itself.

What comes in: a pipeline's definition, the names of its locked parameters. What goes
out: the definition with a choice before its input is taken over: an execution that
gives one of them another value than the environment's fails. Never: a value replaced.

`pipeline run` refuses it before it starts anything. An execution may be started in the
console, by a schedule or by the API as well.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from mlmax_pipelines.asl.paths import path_text
from mlmax_pipelines.base.names import LOCKS
from mlmax_pipelines.compiled import CompiledState, Parameter

LOCKED = "Input.Locked"
# The state after which the environment's values are known, and `$$` has those given.
_AFTER = "Defaults"
_SAME = {
    "string": "StringEqualsPath",
    "s3": "StringEqualsPath",
    "number": "NumericEqualsPath",
    "integer": "NumericEqualsPath",
    "boolean": "BooleanEqualsPath",
}


def held(
    definition: Mapping[str, Any], parameters: Iterable[Parameter], names: Sequence[str]
) -> dict[str, Any]:
    """The definition with its locks."""
    locked = [one for one in parameters if one.name in names]
    states = definition["States"]
    first = states[_AFTER]
    failures = {f"Locked input: {one.name}": _failure(one) for one in locked}
    rules = [
        {**_rule(one), "Next": name} for one, name in zip(locked, failures, strict=True)
    ]
    choice = {"Type": "Choice", "Choices": rules, "Default": first["Next"]}
    opened = {_AFTER: {**first, "Next": LOCKS}, LOCKS: choice, **failures}
    return {**definition, "States": {**opened, **_without(states, _AFTER)}}


def states(names: Sequence[str]) -> tuple[CompiledState, ...]:
    """What the added states are."""
    return tuple(
        CompiledState(name, kind, "", "opening", None)
        for name, kind in (
            (LOCKS, "Choice"),
            *((f"Locked input: {name}", "Fail") for name in names),
        )
    )


def _without(states: Mapping[str, Any], name: str) -> dict[str, Any]:
    return {key: state for key, state in states.items() if key != name}


def _given(name: str) -> str:
    return "$" + path_text(("Execution", "Input", name))


def _rule(parameter: Parameter) -> dict[str, Any]:
    """It is given, and not as the environment has it. Lists and objects cannot be
    compared: they cannot be given at all."""
    given, fixed = _given(parameter.name), path_text(("defaults", parameter.name))
    same: list[dict[str, Any]] = []
    if operator := _SAME.get(parameter.type):
        same.append({"Variable": given, operator: fixed})
    if parameter.default is None:
        nulls = [{"Variable": one, "IsNull": True} for one in (given, fixed)]
        same.append({"And": nulls})
    there: dict[str, Any] = {"Variable": given, "IsPresent": True}
    others = [{"Not": one} for one in same]
    return {"And": [there, *others]} if others else there


def _failure(parameter: Parameter) -> dict[str, Any]:
    fixed = path_text(("defaults", parameter.name))
    places = (fixed, _given(parameter.name))
    texts = ", ".join(f"States.JsonToString({one})" for one in places)
    said = f"input \\'{parameter.name}\\' is locked to {{}} here, and {{}} was given"
    cause = f"States.Format('{said}', {texts})"
    return {"Type": "Fail", "Error": LOCKED, "CausePath": cause}
