"""The syntax of paths: text cut into steps.

What comes in: the text of a path. What goes out: a list of steps.
Never: looks at a document.
"""

from __future__ import annotations

import re
from typing import NamedTuple

_NAME = re.compile(r"[^.\[\]()]+")
_INDEX = re.compile(r"\[\s*(-?\d+)\s*\]")
_QUOTED = re.compile(r"\[\s*(?:'((?:[^'\\]|\\.)*)'|\"((?:[^\"\\]|\\.)*)\")\s*\]")


class Selector(NamedTuple):
    """A step that is more than a name or an index, in the library's spelling."""

    text: str


Step = str | int | Selector


class PathSyntaxError(ValueError):
    """The text is not a JSONPath."""


def split_path(text: str) -> list[Step]:
    """A path's steps, without its `$`; raises PathSyntaxError."""
    if not text.startswith("$"):
        raise PathSyntaxError(f"a path starts with '$', found '{text}'")
    steps: list[Step] = []
    at = 1
    while at < len(text):
        step, at = _step(text, at)
        steps.append(step)
    return steps


def _step(text: str, at: int) -> tuple[Step, int]:
    deep = text.startswith("..", at)
    if deep or text[at] == ".":
        at += 2 if deep else 1
    elif text[at] != "[":
        raise PathSyntaxError(f"expected '.' or '[' at column {at + 1} of '{text}'")
    step, end = _bracket(text, at) if text.startswith("[", at) else _dot_name(text, at)
    if not deep:
        return step, end
    return Selector(".." + library_text(step)), end


def _dot_name(text: str, at: int) -> tuple[Step, int]:
    match = _NAME.match(text, at)
    if match is None:
        raise PathSyntaxError(f"expected a name at column {at + 1} of '{text}'")
    name = match.group()
    return (Selector("[*]") if name == "*" else name), match.end()


def _bracket(text: str, at: int) -> tuple[Step, int]:
    index = _INDEX.match(text, at)
    if index:
        return int(index.group(1)), index.end()
    quoted = _QUOTED.match(text, at)
    if quoted:
        return quoted.group(1) or quoted.group(2) or "", quoted.end()
    end = _closing(text, at)
    return Selector(text[at:end]), end


def _closing(text: str, at: int) -> int:
    """The end of the bracket that opens at `at`, skipping quotes and inner brackets."""
    depth, quote, escaped = 0, "", False
    for index in range(at, len(text)):
        char = text[index]
        if quote:
            if char == quote and not escaped:
                quote = ""
            escaped = char == "\\" and not escaped
        elif char in "'\"":
            quote = char
        elif char in "[]":
            depth += 1 if char == "[" else -1
            if not depth:
                return index + 1
    raise PathSyntaxError(f"no ']' closes column {at + 1} of '{text}'")


def library_text(step: Step) -> str:
    """A step as the library spells it."""
    if isinstance(step, Selector):
        return step.text
    if isinstance(step, int):
        return f"[{step}]"
    escaped = step.replace("\\", "\\\\").replace("'", "\\'")
    return f"['{escaped}']"
