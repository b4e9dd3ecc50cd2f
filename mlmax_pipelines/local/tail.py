"""The lines of a file that somebody may still be writing.

What comes in: a path, and a way to ask whether its writer is done. What goes out:
whole lines, as soon as they are there. Never: half a line, unless nobody will ever
write its end; or more of a line than anybody reads, whatever a job prints.

Of a line that is longer than `LONGEST_BYTES` the beginning is given, and how much more
there was; of a progress bar, which goes back to the line's start to draw itself again,
the last state.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from pathlib import Path

from mlmax_pipelines.base import printed
from mlmax_pipelines.base.waiting import Pace

# As much as CloudWatch shows of an event, by a fourth.
LONGEST_BYTES = 64 << 10
# How soon new lines are seen: at once while they come, later the longer none came.
_SHORTEST_PAUSE = 0.001
_LONGEST_PAUSE = 0.05
_GROWTH = 1.3
_CHUNK = 1 << 20


def follow(path: Path, done: Callable[[], bool]) -> Iterator[str]:
    """Every line, without its end and whole, until `done` says so and all has been
    read: for records, one of which is a line.

    The file may come later.
    """
    rest = b""
    position = 0
    pace = Pace(_SHORTEST_PAUSE, _LONGEST_PAUSE, _GROWTH)
    while True:
        was_done = done()
        chunk = _read(path, position)
        position += len(chunk)
        *whole, rest = (rest + chunk).split(b"\n")
        yield from map(_text, whole)
        if chunk:
            pace.reset()
            continue
        if was_done:
            break
        pace.wait()
    if rest:
        yield _text(rest)


def count(path: Path) -> int:
    """How many whole lines there are now."""
    position = ends = 0
    while chunk := _read(path, position):
        position += len(chunk)
        ends += chunk.count(b"\n")
    return ends


def lines(path: Path, after: int, ended: bool) -> Iterator[tuple[str, int]]:
    """The lines that are there now but for the first `after`, which cost little; with
    each, the offset of its first byte.

    `ended`: nobody writes any more, and a last line without an end counts as one.
    """
    position = 0
    while (ends := (chunk := _read(path, position)).count(b"\n")) < after and chunk:
        position += len(chunk)
        after -= ends
    rest, start = _Line(), position
    while chunk := _read(path, position):
        first, *more = chunk.split(b"\n")
        rest.add(first)
        if more:
            texts = [rest.text(), *map(_line, more[:-1])]
            starts = [start, *_starts(position + len(first) + 1, more)]
            yield from zip(texts[after:], starts[after:])
            after = max(0, after - len(texts))
            rest, start = _Line(), starts[-1]
            rest.add(more[-1])
        position += len(chunk)
    if rest and ended and not after:
        yield rest.text(), start


def _starts(first: int, parts: Iterable[bytes]) -> Iterator[int]:
    """The offsets of parts that stand in lines, the first one at `first`."""
    for part in parts:
        yield first
        first += len(part) + 1


def end(path: Path, most: int) -> list[str]:
    """The last lines, at most so many, without reading what is before them. The first
    one of them may be the end of a longer one."""
    size = path.stat().st_size
    start = max(0, size - most * LONGEST_BYTES)
    with path.open("rb") as file:
        file.seek(start)
        parts = file.read(size - start).split(b"\n")
    if not parts[-1]:
        parts.pop()
    if start and len(parts) > 1:
        parts.pop(0)
    return list(printed.folded(map(_line, parts)))[-most:]


class _Line:
    """A line that comes in parts."""

    def __init__(self) -> None:
        self._kept = b""
        self._cut = 0

    def __bool__(self) -> bool:
        return bool(self._kept)

    def add(self, part: bytes) -> None:
        """What cannot be seen of it is dropped."""
        part = self._kept + part if not self._cut else part
        start = part.rfind(b"\r", 0, len(part) - 1) + 1
        if self._cut and not start:
            self._cut += len(part)
            return
        self._kept, self._cut = part[start:][:LONGEST_BYTES], 0
        self._cut = len(part) - start - len(self._kept)

    def text(self) -> str:
        more = f" [and {self._cut:,} bytes more]" if self._cut else ""
        return printed.decoded(self._kept) + more


def _line(part: bytes) -> str:
    if len(part) <= LONGEST_BYTES and b"\r" not in part:
        return printed.decoded(part)
    line = _Line()
    line.add(part)
    return line.text()


def _read(path: Path, position: int) -> bytes:
    try:
        with path.open("rb") as file:
            file.seek(position)
            return file.read(_CHUNK)
    except FileNotFoundError:
        return b""


def _text(record: bytes) -> str:
    return record.decode("utf-8", "replace").rstrip("\r")
