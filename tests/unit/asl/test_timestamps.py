"""Timestamps."""

import pytest

from mlmax_pipelines.asl.timestamps import format_timestamp, parse_timestamp


@pytest.mark.parametrize(
    ("text", "nanoseconds"),
    [
        ("1970-01-01T00:00:00Z", 0),
        ("1970-01-01T00:00:01.5Z", 1_500_000_000),
        ("1970-01-01T00:00:00.000000001Z", 1),
        ("1970-01-01T01:00:00+01:00", 0),
        ("1969-12-31T23:30:00-00:30", 0),
        ("1970-01-01T00:01Z", 60_000_000_000),
        ("1969-12-31T23:59:59.25Z", -750_000_000),
    ],
)
def test_a_timestamp_with_an_offset_is_an_instant(text, nanoseconds):
    assert parse_timestamp(text) == nanoseconds


@pytest.mark.parametrize(
    "text",
    [
        "2024-01-01",
        "2024-01-01T00:00:00",
        "2024-01-01 00:00:00Z",
        "2024-01-01T25:00:00Z",
        "2024-02-30T00:00:00Z",
        "2024-01-01T00:00:00+0100",
        "2024-01-01T00:00:00+19:00",
        "2024-01-01T00:00:00.1234567890Z",
        "٢٠٢٤-01-01T00:00:00Z",
        "now",
        "",
        None,
        0,
    ],
)
def test_anything_else_is_none(text):
    assert parse_timestamp(text) is None


def test_times_are_written_with_milliseconds_in_utc():
    assert format_timestamp(0.25) == "1970-01-01T00:00:00.250Z"
