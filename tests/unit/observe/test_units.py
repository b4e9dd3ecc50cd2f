"""Numbers as people read them."""

from __future__ import annotations

import pytest

from mlmax_pipelines.observe.units import duration, moment, number, size


@pytest.mark.parametrize(
    ("seconds", "text"),
    [
        (-3, "0.00 s"),
        (0, "0.00 s"),
        (9.994, "9.99 s"),
        (12.34, "12.3 s"),
        (59.96, "1 min 00 s"),
        (185, "3 min 05 s"),
        (7810, "2 h 10 min"),
        (273_600, "3 d 4 h"),
    ],
)
def test_durations(seconds, text):
    assert duration(seconds) == text


@pytest.mark.parametrize(
    ("count", "text"),
    [(0, "0 B"), (1023, "1023 B"), (1536, "1.5 KiB"), (1_048_576, "1.0 MiB")],
)
def test_sizes(count, text):
    assert size(count) == text


@pytest.mark.parametrize(
    ("value", "text"),
    [(0.98765432, "0.98765"), (114, "114"), (2.0, "2"), (1e-7, "1e-07")],
)
def test_numbers(value, text):
    assert number(value) == text


def test_not_a_number_can_be_shown():
    assert number(float("nan")) == "nan" and number(float("inf")) == "inf"


def test_moments_are_in_utc():
    assert moment(0) == "1970-01-01 00:00:00 UTC"
