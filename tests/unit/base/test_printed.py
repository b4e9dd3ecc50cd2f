from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mlmax_pipelines.base import printed


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("\x1b[1;31mred\x1b[0m alert", "red alert"),
        ("  File 'x'\t1", "  File 'x'        1"),
        ("10 %\r55 %\r99 %\r", "99 %"),
        ("\x1b]0;a title\x07text", "text"),
        ("\x1b]8;;http://evil\x1b\\link\x1b]8;;\x1b\\", "link"),
        ("\x1b]52;c;nobody ends this", ""),
        ("\x9b2Jone\x9d0;title\x9ctwo", "onetwo"),
        ("\x1bc\x1b(Btext", "text"),
        ("half\x1b", "half"),
        ("half\x1b[", "half"),
        ("abc\u202edef\u2066", "abcdef"),
        ("no\u00a0break \U0001f600", "no break \U0001f600"),
        ("\x00\x07\x08bell", "bell"),
        ("\ud800", ""),
    ],
)
def test_a_line_is_what_was_seen_of_it(text: str, shown: str) -> None:
    assert printed.line(text) == shown


@given(st.text(alphabet=st.sampled_from("\x1b[]P\\;0m\x07\x9c\x9b\r\na\u202e ")))
def test_nothing_is_left_that_a_terminal_obeys(text: str) -> None:
    shown = printed.lines(text)
    assert all(letter.isprintable() for letter in shown.replace("\n", ""))
    assert shown.count("\n") == text.count("\n")


def test_colors_do_not_count() -> None:
    assert printed.uncolored("\x1b[32mok\x1b[0m\tthen") == "ok\tthen"


def test_colors_of_ours_stay_and_nothing_else() -> None:
    text = "\x1b[32mSUCCEEDED\x1b[0m  \x1b[2J\x1b]0;title\x07name\tx\r\nnext \u202e"
    shown = "\x1b[32mSUCCEEDED\x1b[0m  name        x \nnext "
    assert printed.safe(text) == shown
    assert printed.safe("two\nlines") == "two\nlines"


@pytest.mark.parametrize(
    ("line", "shown"),
    [
        (b"plain\r", "plain"),
        ("gr\u00fcn".encode(), "gr\u00fcn"),
        (b"not \xff utf-8", "not \ufffd utf-8"),
        (
            b"\x1b[1mbold\x1b[0m and a bell\x07\x07",
            "\x1b[1mbold\x1b[0m and a bell\x07\x07",
        ),
        (b"\x00\x01\x02\x03 a program", printed.BINARY),
        (bytes(range(256)), printed.BINARY),
    ],
)
def test_what_is_no_text_is_said_to_be_none(line: bytes, shown: str) -> None:
    assert printed.decoded(line) == shown


def test_of_lines_in_a_row_that_are_no_text_one_is_shown() -> None:
    lines = ["a", "a", printed.BINARY, printed.BINARY, "b", printed.BINARY]
    folded = ["a", "a", printed.BINARY, "b", printed.BINARY]
    assert list(printed.folded(lines)) == folded


@pytest.mark.parametrize(
    ("text", "columns"),
    [("abc", 3), ("名前", 4), ("cafe\u0301", 4), ("\x1b[31mred\x1b[0m", 3), ("ｗ", 2)],
)
def test_how_wide_a_text_is(text: str, columns: int) -> None:
    assert printed.width(text) == columns
