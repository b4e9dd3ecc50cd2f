"""The place of the JSONata query language.

What comes in: a JSONata state. What goes out: the JSONPath state that does the same
when no field of it needs evaluating, else what does. Never: evaluates an expression
(`{% ... %}`), which is not supported yet.
"""

from __future__ import annotations

from typing import Any, Iterator, Mapping

QUERY_ERROR = "States.QueryEvaluationError"

# Fields of a JSONata state that have no JSONPath field of the same meaning yet.
_UNSUPPORTED = ("Items",)
_NESTED = ("ItemProcessor", "Iterator", "Branches")


def unsupported(state: Mapping[str, Any]) -> str | None:
    """The first expression or field of the state that cannot be evaluated, or None."""
    own = {key: value for key, value in state.items() if key not in _NESTED}
    for text in _texts(own):
        if text.startswith("{%"):
            return text
    rules = [*state.get("Choices", ()), *state.get("Catch", ())]
    if state.get("Type") == "Choice":
        rules.append(state)
    for field in _UNSUPPORTED:
        if field in state:
            return field
    return "Output" if any("Output" in rule for rule in rules) else None


def _texts(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, (dict, list)):
        for item in value.values() if isinstance(value, dict) else value:
            yield from _texts(item)


def as_jsonpath(state: Mapping[str, Any]) -> dict[str, Any]:
    """The JSONPath state that does what a JSONata state without expressions does."""
    renamed = {"Arguments": "Parameters", "Output": "ResultSelector"}
    translated = {renamed.get(key, key): value for key, value in state.items()}
    if "Choices" in state:
        translated["Choices"] = [_rule(rule) for rule in state["Choices"]]
    return translated


def _rule(rule: Mapping[str, Any]) -> dict[str, Any]:
    """A rule with a constant condition: all of no rules hold, any of none does not."""
    rest = {key: value for key, value in rule.items() if key != "Condition"}
    return {**rest, "And" if rule["Condition"] is True else "Or": []}
