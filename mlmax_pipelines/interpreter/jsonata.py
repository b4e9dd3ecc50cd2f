"""The place of the JSONata query language.

What comes in: a JSONata state. What goes out: the JSONPath state that does the same, of
states without expressions (`{% ... %}`) and of tasks with those that
`asl.query.jsonata` knows, else what stands in the way. Never: evaluates an expression.
"""

from __future__ import annotations

from typing import Any, Iterator, Mapping

from mlmax_pipelines.asl.query.jsonata import QUERY_ERROR as QUERY_ERROR
from mlmax_pipelines.asl.query.jsonata import reads

_EXPRESSION = "{%"
# Fields of a JSONata state that have no JSONPath field of the same meaning yet.
_UNSUPPORTED = ("Items",)
_NESTED = ("ItemProcessor", "Iterator", "Branches")
# What the expressions in a task's fields read.
_TEMPLATES = {"Arguments": "input", "Output": "result"}
_RENAMED = {"Arguments": "Parameters", "Output": "ResultSelector"}


def unsupported(state: Mapping[str, Any]) -> str | None:
    """The first expression or field of the state that cannot be evaluated, or None."""
    for field, value in state.items():
        if field in _NESTED:
            continue
        root = _TEMPLATES.get(field, "") if state.get("Type") == "Task" else ""
        for text, in_object in _texts(value):
            if text.startswith(_EXPRESSION) and not (
                in_object and root and reads(text) == root
            ):
                return text
    rules = [*state.get("Choices", ()), *state.get("Catch", ())]
    if state.get("Type") == "Choice":
        rules.append(state)
    for field in _UNSUPPORTED:
        if field in state:
            return field
    return "Output" if any("Output" in rule for rule in rules) else None


def _texts(value: Any, in_object: bool = False) -> Iterator[tuple[str, bool]]:
    """Every text, and whether it is the value of a key."""
    if isinstance(value, str):
        yield value, in_object
    elif isinstance(value, (dict, list)):
        inside = isinstance(value, dict)
        for item in value.values() if isinstance(value, dict) else value:
            yield from _texts(item, inside)


def as_jsonpath(state: Mapping[str, Any]) -> dict[str, Any]:
    """The JSONPath state that does what a supported JSONata state does."""
    translated = {
        _RENAMED.get(key, key): _template(value) if key in _RENAMED else value
        for key, value in state.items()
    }
    if "Choices" in state:
        translated["Choices"] = [_rule(rule) for rule in state["Choices"]]
    return translated


def _template(value: Any) -> Any:
    """A template as a payload template: what is evaluated has a key that says so."""
    if isinstance(value, dict):
        return {
            f"{key}.$" if _is_expression(item) else key: _template(item)
            for key, item in value.items()
        }
    return [_template(item) for item in value] if isinstance(value, list) else value


def _is_expression(value: Any) -> bool:
    return isinstance(value, str) and value.startswith(_EXPRESSION)


def _rule(rule: Mapping[str, Any]) -> dict[str, Any]:
    """A rule with a constant condition: all of no rules hold, any of none does not."""
    rest = {key: value for key, value in rule.items() if key != "Condition"}
    return {**rest, "And" if rule["Condition"] is True else "Or": []}
