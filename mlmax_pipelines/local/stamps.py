"""When the lines of a log were written, though nobody writes that into the log.

What comes in: a log that a process writes by itself. What goes out: how long it was,
and when, in a file beside it; the time of any byte of it. Never: touches the log.

A line has the time at which it was first seen to be there, a quarter of a second at
most after it was written.
"""

from __future__ import annotations

import time
from bisect import bisect_right
from collections.abc import Callable
from pathlib import Path

_SUFFIX = ".times"
_SECONDS = 0.2


class Stamps:
    """Watches a log; each look costs a call of the system."""

    def __init__(self, log: Path) -> None:
        self._log, self._beside = log, log.with_suffix(_SUFFIX)
        self._size = self._next = 0.0

    def look(self, last: bool = False) -> None:
        """Write down how long the log is now, if it has become longer, now and then."""
        now = time.monotonic()
        if now < self._next and not last:
            return
        size = self._log.stat().st_size
        if size > self._size:
            self._size, self._next = size, now + _SECONDS
            with self._beside.open("a", encoding="ascii") as file:
                file.write(f"{size} {time.time():.3f}\n")


def read(log: Path) -> Callable[[int], float | None]:
    """When the byte at an offset was there, in seconds since the epoch; None for a log
    that nobody has watched."""
    try:
        text = log.with_suffix(_SUFFIX).read_text(encoding="ascii")
    except OSError:
        return lambda offset: None
    looks = [line.split() for line in text.splitlines()]
    sizes = [int(size) for size, _ in looks]
    times = [float(moment) for _, moment in looks]

    def at(offset: int) -> float | None:
        found = bisect_right(sizes, offset)
        return times[found] if found < len(times) else None

    return at
