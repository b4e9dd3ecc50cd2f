"""Pauses between looks, with a clock that only sleeping moves."""

from __future__ import annotations

import pytest

from mlmax_pipelines.base.waiting import Pace, until


class Clock:
    def __init__(self) -> None:
        self.now = 0.0
        self.pauses: list[float] = []

    def __call__(self) -> float:
        return self.now

    def sleep(self, seconds: float) -> None:
        self.pauses.append(seconds)
        self.now += seconds


def test_pauses_grow_up_to_the_longest() -> None:
    clock = Clock()
    pace = Pace(1, 5, 2, clock.sleep)
    for _ in range(5):
        pace.wait()
    assert clock.pauses == [1, 2, 4, 5, 5]


def test_news_make_the_next_pause_short_again() -> None:
    clock = Clock()
    pace = Pace(1, 5, 2, clock.sleep)
    pace.wait()
    pace.wait()
    pace.reset()
    assert pace.next == 1
    pace.wait()
    assert clock.pauses == [1, 2, 1]


@pytest.mark.parametrize(("true_from", "expected"), [(0, True), (3, True), (7, False)])
def test_a_condition_is_waited_for_no_longer_than_said(
    true_from: int, expected: bool
) -> None:
    clock = Clock()
    found = until(lambda: clock.now >= true_from, 5, 1, clock.sleep, clock)
    assert found is expected
    assert clock.now == min(true_from, 6)
