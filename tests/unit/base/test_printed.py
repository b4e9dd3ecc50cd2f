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
