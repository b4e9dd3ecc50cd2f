"""Looking again and again until something happens.

What comes in: how long to pause, and what sleeps and tells the time. What goes out:
pauses. Never: waits for what it was not asked to.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

Sleep = Callable[[float], Any]
Clock = Callable[[], float]


@dataclass
class Pace:
    """Pauses in seconds: `first` after news, then each `growth` times the one before,
    up to `longest`. `next` is the one to come."""

    first: float
    longest: float
    growth: float
    sleep: Sleep = time.sleep
    next: float = field(init=False)

    def __post_init__(self) -> None:
        self.next = self.first

    def wait(self) -> None:
        self.sleep(self.next)
        self.next = min(self.next * self.growth, self.longest)

    def reset(self) -> None:
        """There was news: more may come soon."""
        self.next = self.first


def until(
    condition: Callable[[], bool],
    seconds: float,
    pause: float,
    sleep: Sleep = time.sleep,
    clock: Clock = time.monotonic,
) -> bool:
    """Wait for it, looking every `pause`; whether it came true within `seconds`."""
    deadline = clock() + seconds
    while not condition():
        if clock() > deadline:
            return False
        sleep(pause)
    return True
