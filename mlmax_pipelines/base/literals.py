"""A `${` that is text and nothing else, told apart from references and placeholders.

What comes in: texts of a spec, in which `$${` is such a one. What goes out: texts in
which it is marked until the definition is whole, then as a definition or an `Fn::Sub`
has it. Never: a mark in what is handed on.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator, Mapping
from typing import Any

# A character that no text has: Unicode keeps it for use inside of programs.
_MARK = "\ufdd0"
OPENING = f"${_MARK}{{"
_ESCAPED, _PLAIN = "$${", "${"
_CLOSED = re.compile(rf"\${_MARK}\{{([^}}]*)\}}")
_NAMED = re.compile(rf"\${_MARK}\{{([A-Za-z0-9]+)\}}")


def written(data: Any) -> Any:
    """What a spec says where it can refer to nothing: every `${` is text."""
    return _each(data, _marked)


def guarded(data: Any, brace: str) -> Any:
    """As a definition has it whose placeholders are still to be filled in: `brace` is
    one that stands for `{`."""
    return plain(_each(data, lambda text: text.replace(OPENING, f"${brace}")))


def plain(data: Any) -> Any:
    """As people and jobs have it."""
    return _each(data, lambda text: text.replace(_MARK, ""))


def substitutable(data: Any) -> Any:
    """As the texts of an `Fn::Sub` have it: `${!NAME}`."""
    return _each(data, lambda text: plain(_CLOSED.sub(r"${!\1}", text)))


def as_json(data: Any) -> str:
    """As JSON that keeps its marks: it is still to become a part of a definition."""
    return json.dumps(data, ensure_ascii=False)


def are_in(text: bytes) -> bool:
    """Whether the UTF-8 of a text has one, its brace escaped or not."""
    return _MARK.encode() in text


def names(data: Any) -> Iterator[str]:
    """What looks like a placeholder in a definition, and is none."""
    if isinstance(data, str):
        yield from _NAMED.findall(data)
    elif isinstance(data, Mapping):
        for key, value in data.items():
            yield from names(key)
            yield from names(value)
    elif isinstance(data, (list, tuple)):
        for item in data:
            yield from names(item)


def renamed(data: Any, others: Mapping[str, str]) -> Any:
    """The same with other names of placeholders."""
    pattern = re.compile(r"\$\{(%s)\}" % "|".join(map(re.escape, others)))
    return _each(data, lambda text: pattern.sub(lambda m: f"${{{others[m[1]]}}}", text))


def _marked(text: str) -> str:
    return text.replace(_ESCAPED, OPENING).replace(_PLAIN, OPENING)


def _each(data: Any, change: Callable[[str], str]) -> Any:
    """A copy with every text changed, those that are keys as well."""
    if isinstance(data, str):
        return change(data) if "${" in data or _MARK in data else data
    if isinstance(data, Mapping):
        return {_each(k, change): _each(v, change) for k, v in data.items()}
    if isinstance(data, (list, tuple)):
        return type(data)([_each(item, change) for item in data])
    return data
