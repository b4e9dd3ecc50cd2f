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


def test_columns_line_up_behind_wide_and_combining_letters() -> None:
    text = cells.table(["a", "b"], [["名前", "x"], ["cafe\u0301", "x"], ["abcd", "x"]])
    assert text.splitlines() == ["a     b", "名前  x", "cafe\u0301  x", "abcd  x"]


LONG = "s3://artifacts/training/training-20260101-120000-abcd/Train/model/"


@pytest.mark.parametrize(
    ("a", "b", "shown"),
    [
        ("short", "s", ("short", "s")),
        ("x" * 30, "x" * 30, ("x" * 17 + "...", "x" * 17 + "...")),
        (LONG + "1", LONG + "2", ("...bcd/Train/model/1", "...bcd/Train/model/2")),
        ("a" + LONG, "b" + LONG, ("as3://artifacts/t...", "bs3://artifacts/t...")),
    ],
)
def test_of_long_texts_what_tells_them_apart_stays(
    a: str, b: str, shown: tuple[str, str]
) -> None:
    assert cells.beside(a, b, 20) == shown


def test_a_difference_in_the_middle_is_seen() -> None:
    one, two = LONG + "left/" + LONG, LONG + "right/" + LONG
    a, b = cells.beside(one, two, 48)
    assert a != b and max(len(a), len(b)) <= 48
    assert "left" in a and "right" in b


def test_a_row_is_a_line_whatever_stands_in_it() -> None:
    shown = cells.table(["A", "B"], [["one\ntwo\x1b[2J", cells.status("FAILED")]])
    assert shown == "A        B\none two  \x1b[31mFAILED\x1b[0m"
