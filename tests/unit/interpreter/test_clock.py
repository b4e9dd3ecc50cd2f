from __future__ import annotations

import threading
import time

from mlmax_pipelines.interpreter.clock import REAL_TIME, VirtualTime


def test_a_wait_in_real_time_ends_with_a_stop() -> None:
    stop = threading.Event()
    stop.set()
    before = time.monotonic()
    REAL_TIME.wait(3600, stop)
    assert time.monotonic() - before < 60


def test_real_time_passes() -> None:
    before = REAL_TIME.now()
    REAL_TIME.wait(0.001, threading.Event())
    assert REAL_TIME.now() > before


def test_virtual_time_passes_by_waiting_alone() -> None:
    clock = VirtualTime(1000.0)
    clock.wait(3600, threading.Event())
    assert clock.now() == 4600.0
    assert clock.now() == 4600.0
