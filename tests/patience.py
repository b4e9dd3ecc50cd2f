"""Waiting in tests: for what happens, never for as long as it should take.

Times here only end a test that hangs: no machine is so slow that it needs them.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import TypeVar

Found = TypeVar("Found")

# No test waits longer for one thing, and what has to outlast a test lasts longer.
LONGEST_SECONDS = 240
OUTLASTS_SECONDS = 900


def wait_for(condition: Callable[[], Found], every: float = 0.02) -> Found:
    """What `condition` gives, once that is true; asked `every` so many seconds."""
    deadline = time.monotonic() + LONGEST_SECONDS
    while not (found := condition()):
        assert time.monotonic() < deadline, f"not within {LONGEST_SECONDS} s"
        time.sleep(every)
    return found
