"""Payload templates: data with Values in it, in the terms of the States Language.

What comes in: mappings and lists of literals and Values. What goes out: the same with
`key.$` where an expression stands. Never: a literal that arrives as anything else than
it is, an expression where its data is not.

CloudFormation refuses null anywhere in a template (aws/serverless-application-model
#1618), and a payload template takes a key that ends in `.$` for an expression: literals
with either are written as the text that `States.StringToJson` reads.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from mlmax_pipelines.steps.values import (
    Value,
    array,
    as_value,
    expression,
    json_value,
    refers,
    wrong,
)

Path = tuple[Any, ...]


def payload(template: Any, scope: str) -> Any:
    """A payload template with every Value in it written out: `key` or `key.$`.

    `scope` is what its expressions may read: STATE or RESULT. Raises PipelineError for
    an expression of the other one, and for a `key.$` written by hand.
    """
    if isinstance(template, Mapping):
        return dict(_entry(key, value, scope) for key, value in template.items())
    if isinstance(template, Value):
        return template.literal
    if isinstance(template, (list, tuple)):
        return [payload(item, scope) for item in template]
    return template


def faults(
    data: Any, path: tuple[Any, ...]
) -> Iterator[tuple[tuple[Any, ...], str, str]]:
    """What a payload template has no form for, of data that a spec says itself."""
    for at, value in _deep(data, path):
        if str(at[-1]).endswith(".$"):
            text = f"key '{at[-1]}' cannot end with '.$'"
            yield at, text, "write ${...} as its value"
        if isinstance(value, list) and not can_stand(value):
            text = "a list has references beside objects with references"
            hint = "set the objects as values of their own, and refer to those"
            yield at, text, hint


def _deep(value: Any, path: Path) -> Iterator[tuple[Path, Any]]:
    """A value and all that stands in it, each with its path."""
    yield path, value
    if isinstance(value, Mapping):
        for key, inner in value.items():
            yield from _deep(inner, (*path, key))
    elif isinstance(value, list):
        for index, inner in enumerate(value):
            yield from _deep(inner, (*path, index))


def can_stand(items: list[Any]) -> bool:
    """Whether the language has a form for a list: of expressions, or of objects that
    hold some, but not of both."""
    return not any(map(_runs, items)) or not any(map(_maps, items))


def _entry(key: str, value: Any, scope: str) -> tuple[str, Any]:
    if key.endswith(".$"):
        raise wrong(f"'{key}' is written by hand", "give the key a Value")
    if isinstance(value, (list, tuple)):
        value = _list(value)
    elif value is None:
        value = json_value(None)
    if not isinstance(value, Value):
        return key, payload(value, scope)
    if value.is_literal and _is_plain(value.literal):
        return key, value.literal
    if value.is_literal:
        value = json_value(value.literal)
    return f"{key}.$", expression(value, scope)


def _list(items: list[Any] | tuple[Any, ...]) -> Any:
    """A list as one value, where it cannot stand as it is."""
    nulls = any(map(_holds_null, items))
    direct = any(refers(item) for item in items if not isinstance(item, Mapping))
    if any(map(_runs, items)) or (nulls and direct and not any(map(_maps, items))):
        return array([as_value(item) for item in items])
    if nulls and not refers(items):
        return json_value(items)
    return items


def _runs(item: Any) -> bool:
    """Whether an expression stands in a list, where no key could say what it is."""
    if isinstance(item, (list, tuple)):
        return any(map(_runs, item))
    return isinstance(item, Value) and not item.is_literal


def _maps(item: Any) -> bool:
    """Whether an object in a list refers to something."""
    if isinstance(item, (list, tuple)):
        return any(map(_maps, item))
    return isinstance(item, Mapping) and refers(item)


def _holds_null(item: Any) -> bool:
    """Whether a null stands in a list, where no key could say what it is."""
    if isinstance(item, Value):
        return not _is_plain(item.literal)
    if isinstance(item, (list, tuple)):
        return any(map(_holds_null, item))
    return item is None


def _is_plain(value: Any) -> bool:
    """Whether a literal may stand in a template as it is."""
    if isinstance(value, Mapping):
        keys = (str(key).endswith(".$") for key in value)
        return not any(keys) and all(map(_is_plain, value.values()))
    if isinstance(value, (list, tuple)):
        return all(map(_is_plain, value))
    return value is not None
