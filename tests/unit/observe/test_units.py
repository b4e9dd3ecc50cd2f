"""Numbers as people read them."""

from __future__ import annotations

import pytest

from mlmax_pipelines.observe.units import (
    change,
    duration,
    moment,
    number,
    percent,
    size,
)


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


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (True, "true"),
        (None, "null"),
        ("a b", "a b"),
        (["ä", 1], '["ä", 1]'),
        ({"a": None}, '{"a": null}'),
        (123456.7, "123457"),
        (0.000012345, "1.2345e-05"),
        (10**20, "100000000000000000000"),
    ],
)
def test_what_is_no_number_is_as_a_spec_has_it(value, text):
    assert number(value) == text


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (-100.0, "-100 %"),
        (0.346, "+0.35 %"),
        (-12.54, "-12.5 %"),
        (99.97, "+100 %"),
        (123456.0, "+123,456 %"),
        (0.0001, "less than 0.01 %"),
        (0.0, "+0.00 %"),
    ],
)
def test_percents_have_no_exponents(value, text):
    assert percent(value) == text


def test_changes_say_their_sign():
    assert [change(v) for v in (1e6, -0.25, 3)] == ["+1000000", "-0.25", "+3"]
