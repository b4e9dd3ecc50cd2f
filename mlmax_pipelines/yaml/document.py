"""YAML text -> plain data, and where each value stands in the file.

What comes in: the path of a YAML file. What goes out: a Document of dict, list, str,
int, float, bool and None, with the line and column of every value and key. Never: a
value's meaning judged, a tag turned into an object, a file over MAX_BYTES read.

Scalars follow the core schema of YAML 1.2, short of what surprises people: only true
and false are booleans (`no` is text), dates and numbers with leading zeros (account
ids) are text, and so are hexadecimal numbers, infinities and .nan, which JSON lacks.
"""

from __future__ import annotations

import gc
import os
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from stat import S_ISREG
from typing import Any

from yaml.error import MarkedYAMLError, YAMLError
from yaml.reader import ReaderError

from mlmax_pipelines.base.errors import Problem, SpecError, Where
from mlmax_pipelines.yaml.events import TOO_DEEP, Builder, Spot, start

MAX_BYTES = 5_000_000
_LONGEST_SHOWN = 160
# What libyaml says to a key where none can be.
_TWO_COLONS = "mapping values are not allowed in this context"
# What libyaml 0.2.6 (PyYAML 6.0.4) says of its own limit, 1000 brackets: it reads so
# far ahead of its events that it comes there before the builder comes to ours.
_ITS_LIMIT = "exceeded maximum nesting depth"


class Document:
    """One YAML file: its data, and the position of everything in it.

    A path is the keys and indexes that lead to a value: `("steps", "Train", "next")`.
    A path that leads nowhere stands for the last value on it that exists.
    """

    __slots__ = ("_lines", "_root", "_text", "data", "path")

    def __init__(self, path: str, text: str, data: Any, root: Spot) -> None:
        self.path = path
        self.data = data
        self._text = text
        self._root = root
        self._lines: list[str] | None = None

    def __repr__(self) -> str:
        return f"Document({self.path!r})"

    @property
    def sha256(self) -> str:
        """The digest of the file's text, in hexadecimal."""
        from hashlib import sha256

        return sha256(self._text.encode()).hexdigest()

    def line(self, number: int) -> str:
        """The text of a line, counted from 1; "" when there is none."""
        if self._lines is None:
            self._lines = self._text.splitlines()
        return self._lines[number - 1] if 0 < number <= len(self._lines) else ""

    def text_of(self, path: Sequence[Any]) -> str:
        """A scalar as it is written (`1.10`, not 1.1); "" for a mapping or a list."""
        _, spot, _ = self._find(path)
        return "" if isinstance(spot, tuple) else str(spot.value)

    def has(self, path: Sequence[Any]) -> bool:
        """Whether there is a value at exactly this path."""
        return self._find(path)[2]

    def where(
        self, path: Sequence[Any] = (), key: bool = False, offset: int = 0
    ) -> Where:
        """Where the value at `path` stands, or its key.

        `offset` counts characters into a scalar; it is added where the scalar's text
        stands in the file as it is (one line, nothing escaped).
        """
        key_event, spot, _ = self._find(path)
        event = key_event if key and key_event is not None else start(spot)
        mark = event.start_mark
        column = mark.column + 1
        if offset and not key and not isinstance(spot, tuple):
            column += _shift(event, offset)
        return Where(self.path, mark.line + 1, column)

    def problem(
        self,
        message: str,
        path: Sequence[Any] = (),
        hint: str = "",
        key: bool = False,
        offset: int = 0,
    ) -> Problem:
        """A Problem at the value (or key) at `path`, with its line for a caret."""
        where = self.where(path, key, offset)
        return Problem(message, where, hint, _shown(self.line(where.line), where))

    def _find(self, path: Sequence[Any]) -> tuple[Any, Spot, bool]:
        """The last key's event, the value's spot, and whether the path led there."""
        key_event, spot = None, self._root
        for part in path:
            children = spot[1] if isinstance(spot, tuple) else None
            if isinstance(children, dict) and part in children:
                key_event, spot = children[part]
            elif isinstance(children, list) and _is_index(part, children):
                key_event, spot = None, children[part]
            else:
                return key_event, spot, False
        return key_event, spot, True


def load(path: Path, name: str) -> Document:
    """The YAML mapping in the file `path`, called `name` in messages.

    Raises SpecError with every problem of the text: it does not parse, keys twice,
    tags, nesting too deep, aliases that expand too far, no mapping at the top.
    """
    return parse(_decode(_read(path, name), name), name)


def parse(text: str, name: str) -> Document:
    """The YAML mapping in `text`. Raises SpecError as `load` does."""
    builder = Builder()
    with no_collection():
        try:
            builder.run(text)
        except YAMLError as error:
            raise SpecError([_unparsed(error, text, name)]) from None
    if builder.problems:
        lines = text.splitlines()
        raise SpecError([_at(name, lines, *finding) for finding in builder.problems])
    return Document(name, text, builder.data, builder.root)


@contextmanager
def no_collection() -> Iterator[None]:
    """No garbage collection: it would walk the growing data again and again."""
    enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if enabled:
            gc.enable()


def _read(path: Path, name: str) -> bytes:
    try:
        # A pipe would be waited for, and a device has no end.
        if not S_ISREG(os.stat(path).st_mode) and not os.path.isdir(path):
            raise OSError(None, "it is no file")
        with open(path, "rb") as file:
            content = file.read(MAX_BYTES + 1)
    except OSError as error:
        reason = (error.strerror or str(error)).lower()
        raise SpecError([Problem(f"cannot read: {reason}", Where(name))]) from None
    if len(content) > MAX_BYTES:
        limit = f"the limit is {MAX_BYTES // 1_000_000} MB"
        hint = "split it, or check that this is the file you meant"
        raise SpecError([Problem(f"file too large: {limit}", Where(name), hint)])
    return content


def _decode(content: bytes, name: str) -> str:
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        before = content[: error.start].decode("utf-8", "replace")
        where = Where(name, *_place(before))
        message = f"not UTF-8 text: byte 0x{content[error.start]:02x} cannot be read"
        hint = "save the file with UTF-8 encoding"
        raise SpecError([Problem(message, where, hint)]) from None


def _unparsed(error: YAMLError, text: str, name: str) -> Problem:
    """What a parser's error means for the person who wrote the text."""
    if isinstance(error, ReaderError):
        character = int(error.character)
        line, column = _place(text[: max(text.find(chr(character)), 0)])
        message = f"character U+{character:04X} is not allowed in YAML"
        return Problem(message, Where(name, line, column), "remove it")
    if not isinstance(error, MarkedYAMLError) or error.problem_mark is None:
        return Problem(f"YAML does not parse: {error}", Where(name))
    lines = text.splitlines()
    mark = error.problem_mark
    if error.problem == _ITS_LIMIT:
        return _at(name, lines, TOO_DEEP, mark, "")
    shown = lines[mark.line] if mark.line < len(lines) else ""
    indent = shown[: len(shown) - len(shown.lstrip())]
    if "\t" in indent:
        message = "tab in the indentation: YAML allows only spaces there"
        where = Where(name, mark.line + 1, indent.index("\t") + 1)
        return Problem(message, where, "use spaces", _shown(shown, where))
    hint = ""
    if error.context and error.context_mark is not None:
        hint = f"{error.context} that began on line {error.context_mark.line + 1}"
        if not text[mark.index :].strip():
            mark, hint = error.context_mark, f"{error.context}: it is never closed"
    if error.problem == _TWO_COLONS:
        hint = "see how far this line is indented, and quote text that has ': ' in it"
    if "${" in shown:
        hint = 'inside { } or [ ], put text with ${...} in quotes: "${parameters.x}"'
    return _at(name, lines, f"YAML does not parse: {error.problem}", mark, hint)


def _at(name: str, lines: list[str], message: str, mark: Any, hint: str) -> Problem:
    where = Where(name, mark.line + 1, mark.column + 1)
    line = lines[mark.line] if mark.line < len(lines) else ""
    return Problem(message, where, hint, _shown(line, where))


def _shown(line: str, where: Where) -> str:
    """The line as a message shows it: a caret fits under its column."""
    if where.column > _LONGEST_SHOWN:
        return ""
    return line[:_LONGEST_SHOWN].replace("\t", " ")


def _place(before: str) -> tuple[int, int]:
    """Line and column, from 1, of what follows the text `before`."""
    return before.count("\n") + 1, len(before) - before.rfind("\n")


def _shift(event: Any, offset: int) -> int:
    """`offset` as columns, where the scalar stands in the file as it is."""
    width = event.end_mark.column - event.start_mark.column
    if event.start_mark.line != event.end_mark.line:
        return 0
    quotes = width - len(event.value)
    return offset + quotes // 2 if quotes in (0, 2) else 0


def _is_index(part: Any, children: Sequence[Any]) -> bool:
    return isinstance(part, int) and -len(children) <= part < len(children)
