"""CloudFormation's short-form functions (`!Sub`, `!Ref`, ...) as small values.

What comes in: names and texts. What goes out: `Tag` objects that `render` writes and
that a template, a plain dict, holds. Never: a function evaluated.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Any, Iterator, Mapping

_SINGLE = re.compile(r"\$\{([A-Za-z0-9:.]+)\}")
_PLACEHOLDER = re.compile(r"\$\{([A-Za-z0-9:]+)(?:\.[A-Za-z0-9.]+)?\}")
_WORD = re.compile(r"[A-Za-z0-9]+")


@dataclass(frozen=True)
class Tag:
    """One function call: `name` without the exclamation mark, `value` text or list."""

    name: str
    value: Any
    # Written in one line, however long it is.
    is_line: bool = field(default=False, compare=False)


NO_VALUE = Tag("Ref", "AWS::NoValue")


def ref(name: str) -> Tag:
    return Tag("Ref", name)


def get_att(resource: str, attribute: str = "Arn") -> Tag:
    return Tag("GetAtt", f"{resource}.{attribute}")


def sub(text: str) -> Any:
    """The shortest form of an `Fn::Sub` text: itself, a reference, or `!Sub`.

    A text with nothing to fill in that looks as if it had is joined: cfn-lint takes it
    for a forgotten `!Sub` (E1029), and an `!Sub` of it for needless (W1020).
    """
    if _PLACEHOLDER.search(text) is None:
        *others, last = text.split("${!")
        pieces = [*(f"{one}$" for one in others), last]
        return Tag("Join", ["{", pieces]) if others else text
    single = _SINGLE.fullmatch(text)
    if single is None:
        return Tag("Sub", text)
    return Tag("GetAtt" if "." in single[1] else "Ref", single[1])


def replaced(text: Any, old: str, new: str) -> Tag:
    """A text with one text in place of another: `Fn::Split` keeps empty pieces."""
    return Tag("Join", [new, Tag("Split", [old, text])], is_line=True)


def when(condition: str, value: Any, otherwise: Any = NO_VALUE) -> Tag:
    return Tag("If", [condition, value, otherwise])


def given(parameter: str) -> Tag:
    """A condition that holds when a parameter was given something."""
    return Tag("Not", [Tag("Equals", [ref(parameter), ""])])


def references(value: Any) -> Iterator[str]:
    """Every name that a piece of a template refers to, attributes left off."""
    if isinstance(value, Tag):
        if value.name in ("Ref", "GetAtt"):
            yield value.value.partition(".")[0]
        elif value.name == "Sub":
            yield from _PLACEHOLDER.findall(value.value)
        else:
            yield from references(value.value)
    elif isinstance(value, Mapping):
        for item in value.values():
            yield from references(item)
    elif isinstance(value, (list, tuple)):
        for item in value:
            yield from references(item)


def pascal(text: str) -> str:
    """A logical id's spelling of a name: `batch-inference` -> `BatchInference`."""
    return "".join(word[0].upper() + word[1:] for word in _WORD.findall(text))
