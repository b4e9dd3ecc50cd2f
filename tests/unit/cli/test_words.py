"""Tables as people read them."""

from __future__ import annotations

from mlmax_pipelines.cli import words


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
