"""Durations, sizes and tables as people read them."""

from __future__ import annotations

import pytest

from mlmax_pipelines.cli import words


@pytest.mark.parametrize(
    ("seconds", "text"),
    [
        (0.04, "0.0 s"),
        (9.94, "9.9 s"),
        (12.4, "12 s"),
        (185, "3m 05s"),
        (7805, "2h 10m"),
    ],
)
def test_duration(seconds: float, text: str) -> None:
    assert words.duration(seconds) == text


@pytest.mark.parametrize(
    ("count", "text"),
    [(0, "0 B"), (999, "999 B"), (12_345, "12.3 kB"), (4e6, "4.0 MB")],
)
def test_size(count: int, text: str) -> None:
    assert words.size(int(count)) == text


def test_columns_line_up_whatever_the_color() -> None:
    text = words.table(
        ["name", "status"], [["a", words.status("FAILED")], ["bbbbbb", ""]]
    )
    assert "\x1b" in text
    import click

    assert click.unstyle(text).splitlines() == [
        "name    status",
        "a       FAILED",
        "bbbbbb",
    ]
