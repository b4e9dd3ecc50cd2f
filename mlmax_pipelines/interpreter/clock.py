"""Clocks: the machine's own, and one that only waiting moves.

What comes in: seconds to wait. What goes out: the time. Never: a wait that goes on
after a stop.
"""

from __future__ import annotations

import threading
import time


class RealTime:
    """The machine's clock."""

    # Asked several times a state: the function itself, without one around it.
    now = staticmethod(time.time)

    def wait(self, seconds: float, stop: threading.Event) -> None:
        """As long as it says."""
        stop.wait(seconds)


REAL_TIME = RealTime()


class VirtualTime:
    """A clock that only waiting moves, so that it takes no time."""

    def __init__(self, start: float) -> None:
        self._now = start
        self._lock = threading.Lock()

    def now(self) -> float:
        """Seconds since the epoch."""
        return self._now

    def wait(self, seconds: float, stop: threading.Event) -> None:
        """Move on by `seconds`."""
        with self._lock:
            self._now += seconds
