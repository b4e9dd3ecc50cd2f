"""Tables as people read them."""

from __future__ import annotations

import click
import pytest

from mlmax_pipelines.observe.render import cells
from mlmax_pipelines.observe.timeline import Row


def test_columns_line_up_whatever_the_color() -> None:
    text = cells.table(
        ["name", "status"], [["a", cells.status("FAILED")], ["bbbbbb", ""]]
    )
    assert "\x1b" in text
    assert click.unstyle(text).splitlines() == [
        "name    status",
        "a       FAILED",
        "bbbbbb",
    ]


@pytest.mark.parametrize(
    ("printed", "seen"),
    [
        ("  as it is – 日本 ", "as it is – 日本"),
        ("\x1b[31mred\x1b[0m and \x1b[1mbold", "red and bold"),
        ("\r 10%\r 50%\r100%\r", "100%"),
        ("[10]\ttrain-auc:0.99", "[10] train-auc:0.99"),
        ("bell\x07 and \x1b[2Jclear \x00", "bell and clear"),
        ("\x1b[0m \r \r", ""),
    ],
)
def test_a_line_is_shown_as_a_terminal_would_have_left_it(
    printed: str, seen: str
) -> None:
    assert cells.visible(printed) == seen


def test_a_row_is_indented_in_what_contains_it_and_names_its_item() -> None:
    around = Row("Each", "Map", "Each", 0.0)
    row = Row("Score", "Task", "Score", 0.0, parent=around, iteration="3")
    assert cells.visit(row) == "  Score [3]"


def test_of_a_cause_of_many_lines_the_last_is_told() -> None:
    cause = "Traceback\n  somewhere\nValueError: no"
    assert cells.failure("States.TaskFailed", cause) == (
        "States.TaskFailed: ValueError: no"
    )
    assert cells.failure("Broken", None) == "Broken"
