"""The parser's events -> plain data and spots, in one pass.

What comes in: YAML text. What goes out: data, a tree of spots (where each value
stands) and problems as (message, mark, hint). Never: recursion (depth costs no
stack), a file opened, an object made from a tag.

A spot is the event of a scalar, or a pair of a container's event and its children:
`{key: (key event, spot)}` or `[spot, ...]`. libyaml's events carry the text as
written, so that nothing is copied.
"""

from __future__ import annotations

import re
from math import isinf
from typing import Any

from yaml.events import (
    AliasEvent,
    DocumentStartEvent,
    MappingEndEvent,
    MappingStartEvent,
    ScalarEvent,
    SequenceEndEvent,
    SequenceStartEvent,
)
from yaml.parser import Parser
from yaml.reader import Reader
from yaml.scanner import Scanner

from mlmax_pipelines.yaml import merging

MAX_DEPTH = 64
MAX_VALUES = 500_000  # what aliases stand for counts each time
MAX_PROBLEMS = 100
# `{{ x }}` is a mapping whose key is a mapping.
_BRACES = 'a reference is written ${...}: "${parameters.x}"'
TOO_DEEP = f"nested deeper than {MAX_DEPTH} levels"

Spot = Any
Finding = tuple[str, Any, str]

_WORDS: dict[str, Any] = {
    **dict.fromkeys(("", "~", "null", "Null", "NULL")),
    **dict.fromkeys(("true", "True", "TRUE"), True),
    **dict.fromkeys(("false", "False", "FALSE"), False),
}
_INTEGER = re.compile(r"[-+]?(?:0|[1-9][0-9]*)")
_FLOAT = re.compile(r"[-+]?(?:\.[0-9]+|[0-9]+(?:\.[0-9]*)?)(?:[eE][-+]?[0-9]+)?")
_NUMBER_STARTS = frozenset("0123456789+-.")
_LONGEST_NUMBER = 40


class _PurePython(Reader, Scanner, Parser):
    """The events of PyYAML's own parser, where libyaml is lacking."""

    def __init__(self, text: str) -> None:
        Reader.__init__(self, text)
        Scanner.__init__(self)
        Parser.__init__(self)


def _parser(text: str) -> Any:
    try:
        from yaml._yaml import CParser
    except ImportError:
        return _PurePython(text)
    return CParser(text)


def start(spot: Spot) -> Any:
    """The event a spot begins with."""
    return spot[0] if isinstance(spot, tuple) else spot


def plain_value(text: str) -> Any:
    """What an unquoted scalar stands for: null, a boolean, a number, or its text."""
    if text in _WORDS:
        return _WORDS[text]
    if text[0] not in _NUMBER_STARTS or len(text) > _LONGEST_NUMBER:
        return text
    if _INTEGER.fullmatch(text):
        return int(text)
    leading_zero = text.lstrip("+-")[:2].isdigit() and text.lstrip("+-")[0] == "0"
    if leading_zero or not _FLOAT.fullmatch(text):
        return text
    number = float(text)
    return text if isinf(number) else number


class Builder:
    """Builds data and spots from events; `run` once, then read the results."""

    def __init__(self) -> None:
        self.data: Any = None
        self.root: Spot = None
        self.problems: list[Finding] = []
        self._outer: list[tuple[Any, ...]] = []
        self._into: Any = None  # the dict or list being filled
        self._spots: Any = None  # its children's spots
        self._key: Any = None  # the event of the key that waits for its value
        self._start: Any = None  # the event the container began with
        self._nodes = 0
        self._first_node = 0
        self._anchors: dict[str, tuple[Any, Spot, int] | None] = {}
        self._plain: dict[str, Any] = {}
        self._documents = 0

    def run(self, text: str) -> None:
        """Fills data, root and problems. Raises yaml.YAMLError: does not parse."""
        handlers = {
            ScalarEvent: self._scalar,
            MappingStartEvent: self._open,
            SequenceStartEvent: self._open,
            MappingEndEvent: self._close,
            SequenceEndEvent: self._close,
            AliasEvent: self._alias,
            DocumentStartEvent: self._document,
        }
        for event in iter(_parser(text).get_event, None):
            handler = handlers.get(event.__class__)
            if handler is not None and handler(event):
                return  # going on makes no sense
        self._check_top()

    def _scalar(self, event: Any) -> bool | None:
        # Nearly all events come here: the usual cases are written out.
        value = event.value
        if event.implicit[0]:
            try:
                value = self._plain[value]
            except KeyError:
                value = self._plain[value] = plain_value(value)
        if event.tag is not None or event.anchor is not None:
            self._marked(event, value)
        self._nodes += 1
        if self._into.__class__ is not dict:
            self._attach(value, event)
        elif self._key is None:
            self._key = event
            if value.__class__ is not str or value in self._into:
                return self._refuse_key(event, value)
        else:
            key = self._key.value
            self._into[key] = value
            self._spots[key] = (self._key, event)
            self._key = None
        if self._nodes > MAX_VALUES:
            return self._report(f"more than {MAX_VALUES} values", event)
        return None

    def _marked(self, event: Any, value: Any) -> None:
        if event.tag is not None:
            self._tag(event)
        if event.anchor is not None:
            self._anchors[event.anchor] = (value, event, 1)

    def _refuse_key(self, event: Any, value: Any) -> bool:
        if isinstance(value, str):
            first = self._spots[value][0].start_mark.line + 1
            message = f"key {value!r} appears twice, first on line {first}"
            self._report(message, event, "keep one of them")
        else:
            hint = f'put it in quotes: "{event.value}"'
            self._report(f"key {event.value!r} is not text", event, hint)
        return len(self.problems) >= MAX_PROBLEMS

    def _attach(self, value: Any, spot: Spot) -> None:
        if self._into is None:
            self.data, self.root = value, spot
        elif self._key is None:
            self._into.append(value)
            self._spots.append(spot)
        else:
            key = self._key.value
            self._into[key] = value
            self._spots[key] = (self._key, spot)
            self._key = None

    def _open(self, event: Any) -> bool | None:
        if event.tag is not None:
            self._tag(event)
        is_mapping = event.__class__ is MappingStartEvent
        if self._key is None and self._into.__class__ is dict:
            found = "mapping" if is_mapping else "list"
            hint = _BRACES if is_mapping and self._start.flow_style else ""
            return self._report(f"a key must be text, found a {found}", event, hint)
        if len(self._outer) >= MAX_DEPTH:
            return self._report(TOO_DEEP, event)
        if event.anchor is not None:
            self._anchors[event.anchor] = None
        self._outer.append(
            (self._into, self._spots, self._key, self._start, self._first_node)
        )
        self._into, self._spots = ({}, {}) if is_mapping else ([], [])
        self._key, self._start, self._first_node = None, event, self._nodes
        self._nodes += 1
        return None

    def _close(self, event: Any) -> bool | None:
        value, spots = self._into, self._spots
        if merging.is_merged(value, spots):
            at = merging.wrong(value, spots)
            if at is not None:
                text = f"'{merging.KEY}' merges mappings, found something else"
                return self._report(text, start(at), "write <<: *NAME of a mapping")
            value, spots = merging.merged(value, spots)
        spot = (self._start, spots)
        anchor, size = self._start.anchor, self._nodes - self._first_node
        self._into, self._spots, self._key, self._start, self._first_node = (
            self._outer.pop()
        )
        if anchor is not None:
            self._anchors[anchor] = (value, spot, size)
        self._attach(value, spot)
        return None

    def _alias(self, event: Any) -> bool | None:
        if self._key is None and self._into.__class__ is dict:
            return self._report("a key must be text, found an alias", event)
        if event.anchor not in self._anchors:
            return self._report(f"unknown alias '*{event.anchor}'", event)
        anchored = self._anchors[event.anchor]
        if anchored is None:
            return self._report(f"'*{event.anchor}' stands for itself", event)
        value, spot, size = anchored
        self._nodes += size
        if self._nodes > MAX_VALUES:
            return self._report(f"aliases expand to over {MAX_VALUES} values", event)
        self._attach(value, spot)
        return None

    def _document(self, event: Any) -> bool | None:
        self._documents += 1
        if self._documents == 1:
            return None
        hint = "write one file per pipeline, module or environment"
        return self._report("a second document begins here", event, hint)

    def _check_top(self) -> None:
        if isinstance(self.data, dict):
            return
        if self.data is None:
            message, event = "the file is empty", _Top()
        else:
            found = "a list" if isinstance(self.data, list) else "a single value"
            message = f"expected keys with values at the top, found {found}"
            event = start(self.root)
        self._report(message, event, "write lines such as 'name: training'")

    def _tag(self, event: Any) -> None:
        hint = "write the value itself; quote it to make it text"
        tag = event.tag.replace("tag:yaml.org,2002:", "!!")
        self._report(f"tag {tag!r} is not allowed", event, hint)

    def _report(self, message: str, event: Any, hint: str = "") -> bool:
        self.problems.append((message, event.start_mark, hint))
        return True


class _Top:
    """Where a file begins that has no event of its own."""

    line = column = 0

    @property
    def start_mark(self) -> _Top:
        return self
