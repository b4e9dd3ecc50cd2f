"""Values of a definition: literals, and expressions the state machine evaluates.

What comes in: Python data and JSONPath or intrinsic texts. What goes out: the keys
and texts of the Amazon States Language (`key` or `key.$`). Never: an expression is
evaluated here.

`${Name}` in a text is a substitution (see `compiled`): it is replaced before the
state machine exists, so it is never escaped.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from mlmax_pipelines.compiled import MISSING

_ESCAPED = re.compile(r"(\$\{[A-Za-z0-9]+\})|([\\'{}])")


@dataclass(frozen=True)
class Value:
    """A literal, or an `expression` (`$.a.b`, `$$.Execution.Name`, `States...`).

    `type` is the declared type of the value, `any` when nobody declared one. `parts`
    are those of a text that was joined, so that joining it again nests nothing.
    """

    type: str = "any"
    literal: Any = MISSING
    expression: str = ""
    parts: tuple[str | Value, ...] = ()

    @property
    def is_literal(self) -> bool:
        return not self.expression


def literal(value: Any, type: str = "any") -> Value:
    return Value(type=type, literal=value)


def put(target: dict[str, Any], key: str, value: Value) -> None:
    """Set `key` of a payload template: as it is, or as `key.$`."""
    if value.is_literal:
        target[key] = value.literal
    else:
        target[f"{key}.$"] = value.expression


def escape(text: str) -> str:
    """Text inside an intrinsic's quotes; substitutions stay as they are.

    Source: AWS Step Functions, Intrinsics, "Reserved characters".
    """
    return _ESCAPED.sub(lambda m: m.group(1) or "\\" + m.group(2), text)


def join(*parts: str | Value) -> Value:
    """One string of literal texts and values, as short as it can be written.

    States.Format writes numbers and booleans out (AWS Step Functions, Intrinsics).
    """
    texts = [_plain(part) for part in _flat(parts)]
    values = [text.expression for text in texts if isinstance(text, Value)]
    if not values:
        return literal("".join(map(str, texts)), "string")
    if len(texts) == 1:
        return to_text(texts[0])
    template = "".join("{}" if isinstance(t, Value) else escape(t) for t in texts)
    call = ", ".join([f"'{template}'", *values])
    return Value("string", expression=f"States.Format({call})", parts=tuple(texts))


def _plain(part: str | Value) -> str | Value:
    """A literal as its text, anything else as it is."""
    if isinstance(part, str) or not part.is_literal:
        return part
    return _written(part.literal)


def _flat(parts: Iterable[str | Value]) -> Iterator[str | Value]:
    for part in parts:
        if isinstance(part, Value) and part.parts:
            yield from part.parts
        else:
            yield part


def to_text(value: str | Value) -> Value:
    """A value as a string: numbers and booleans are written out."""
    if isinstance(value, str):
        return literal(value, "string")
    if value.is_literal:
        return literal(_written(value.literal), "string")
    if value.type in ("string", "s3"):
        return value
    return Value("string", expression=f"States.Format('{{}}', {value.expression})")


def array(values: list[Value]) -> Value:
    """A list: literal when every item is, else `States.Array` of them."""
    if all(value.is_literal for value in values):
        return literal([value.literal for value in values], "list")
    items = ", ".join(argument(value) for value in values)
    return Value("list", expression=f"States.Array({items})")


def argument(value: Value) -> str:
    """A value as an argument of an intrinsic."""
    if not value.is_literal:
        return value.expression
    if isinstance(value.literal, str):
        return f"'{escape(value.literal)}'"
    return _written(value.literal)


def _written(value: Any) -> str:
    if isinstance(value, str):
        return value
    import json

    return json.dumps(value)
