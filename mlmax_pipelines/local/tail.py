"""The lines of a file that somebody may still be writing.

What comes in: a path, and a way to ask whether its writer is done. What goes out:
whole lines, as soon as they are there. Never: half a line, unless nobody will ever
write its end.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from pathlib import Path

_LOOK_SECONDS = 0.01


def lines(path: Path, done: Callable[[], bool]) -> Iterator[str]:
    """Every line, without its end, until `done` says so and all has been read.

    `done` is asked only when there is nothing to read. The file may come later.
    """
    rest = b""
    position = 0
    while True:
        was_done = done()
        chunk = _read(path, position)
        position += len(chunk)
        *whole, rest = (rest + chunk).split(b"\n")
        yield from (_text(line) for line in whole)
        if chunk:
            continue
        if was_done:
            break
        time.sleep(_LOOK_SECONDS)
    if rest:
        yield _text(rest)


def _read(path: Path, position: int) -> bytes:
    try:
        with path.open("rb") as file:
            file.seek(position)
            return file.read(1 << 20)
    except FileNotFoundError:
        return b""


def _text(line: bytes) -> str:
    return line.decode("utf-8", "replace").rstrip("\r")
