"""Which form a file's data must have: small checks, put together.

What comes in: a document, a path in it and what stands there. What goes out: problems.
Never: data changed.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from typing import TYPE_CHECKING, Any

from mlmax_pipelines.base.errors import Problem
from mlmax_pipelines.base.hints import question

if TYPE_CHECKING:
    from mlmax_pipelines.yaml.document import Document

Path = tuple[Any, ...]
Check = Callable[["Document", Path, Any], list[Problem]]

_RESOLVED = "{{resolve:"


def dynamic_references(document: Document) -> list[Problem]:
    """Texts in which CloudFormation would put a value of its own, also a secret's, for
    everyone to see who may see the state machine.

    Source: AWS CloudFormation User Guide, "Get values stored in other services using
    dynamic references": they may stand in any property of a resource.
    """
    text = f"CloudFormation puts a value of its own in the place of '{_RESOLVED}...'"
    hint = "a module names a secret under 'secrets', and its code reads it"
    return [
        document.problem(text, path, hint)
        for path, value in _texts(document.data, ())
        if _RESOLVED in value
    ]


def _texts(data: Any, path: Path) -> Iterator[tuple[Path, str]]:
    if isinstance(data, str):
        yield path, data
    elif isinstance(data, dict):
        for key, value in data.items():
            yield (*path, key), key
            yield from _texts(value, (*path, key))
    elif isinstance(data, list):
        for index, value in enumerate(data):
            yield from _texts(value, (*path, index))


def typed(
    document: Document, path: Path, value: Any, types: tuple[type, ...], what: str
) -> list[Problem]:
    if isinstance(value, types) and not (isinstance(value, bool) and bool not in types):
        return []
    shown = document.text_of(path) or type(value).__name__.replace("dict", "mapping")
    name = next(key for key in reversed(path) if isinstance(key, str))
    message = f"'{name}' must be {what}, found '{shown}'"
    return [document.problem(message, path)]


def keyed(document: Document, checks: Mapping[str, Check]) -> list[Problem]:
    """A mapping with these keys and no others, each with what its check lets pass."""
    found: list[Problem] = []
    for key, value in document.data.items():
        if key not in checks:
            hint = f"{question(str(key), checks)} allowed: {', '.join(checks)}".lstrip()
            text = f"unknown key '{key}'"
            found.append(document.problem(text, (key,), hint, key=True))
        elif value is not None:
            found += checks[key](document, (key,), value)
    return found


def text(document: Document, path: Path, value: Any) -> list[Problem]:
    return typed(document, path, value, (str,), "text")


def flag(document: Document, path: Path, value: Any) -> list[Problem]:
    return typed(document, path, value, (bool,), "true or false")


def scalar(document: Document, path: Path, value: Any) -> list[Problem]:
    what = "text, a number or true or false"
    return typed(document, path, value, (str, int, float, bool), what)


def shaped(pattern: str, what: str) -> Check:
    """Text that the pattern matches as a whole."""

    def check(document: Document, path: Path, value: Any) -> list[Problem]:
        if isinstance(value, str) and re.fullmatch(pattern, value):
            return []
        return typed(document, path, value, (), what)

    return check


def list_of(items: Check) -> Check:
    """A list whose items pass `items`."""

    def check(document: Document, path: Path, value: Any) -> list[Problem]:
        if not isinstance(value, list):
            return typed(document, path, value, (list,), "a list")
        checks = (items(document, (*path, i), item) for i, item in enumerate(value))
        return [problem for found in checks for problem in found]

    return check


def mapping_of(items: Check) -> Check:
    """A mapping whose values pass `items`."""

    def check(document: Document, path: Path, value: Any) -> list[Problem]:
        if not isinstance(value, dict):
            return typed(document, path, value, (dict,), "a mapping")
        return [
            problem
            for key, item in value.items()
            for problem in items(document, (*path, key), item)
        ]

    return check
