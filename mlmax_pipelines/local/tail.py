"""The lines of a file that somebody may still be writing.

What comes in: a path, and a way to ask whether its writer is done. What goes out:
whole lines, as soon as they are there. Never: half a line, unless nobody will ever
write its end.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

from mlmax_pipelines.base.waiting import Pace

# How soon new lines are seen: at once while they come, later the longer none came.
_SHORTEST_PAUSE = 0.001
_LONGEST_PAUSE = 0.05
_GROWTH = 1.3
_CHUNK = 1 << 20


def follow(path: Path, done: Callable[[], bool]) -> Iterator[str]:
    """Every line, without its end, until `done` says so and all has been read.

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
        yield from (_text(line) for line in whole)
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


def lines(path: Path, after: int, ended: bool) -> Iterator[str]:
    """The lines that are there now but for the first `after`, which cost little.

    `ended`: nobody writes any more, and a last line without an end counts as one.
    """
    position = 0
    while (ends := (chunk := _read(path, position)).count(b"\n")) < after and chunk:
        position += len(chunk)
        after -= ends
    rest = b""
    while chunk := _read(path, position):
        position += len(chunk)
        *whole, rest = (rest + chunk).split(b"\n")
        yield from (_text(line) for line in whole[after:])
        after = max(0, after - len(whole))
    if rest and ended and not after:
        yield _text(rest)


def _read(path: Path, position: int) -> bytes:
    try:
        with path.open("rb") as file:
            file.seek(position)
            return file.read(_CHUNK)
    except FileNotFoundError:
        return b""


def _text(line: bytes) -> str:
    return line.decode("utf-8", "replace").rstrip("\r")
