"""Widths, and where lines break."""

from __future__ import annotations

from mlmax_pipelines.drawing.fonts import text_width, wrap


def test_lines_break_at_spaces_before_anything_else():
    text = "roc_auc >= ${parameters.min_roc_auc}"
    assert wrap(text, 11, 170) == ["roc_auc >=", "${parameters.min_roc_auc}"]


def test_too_many_lines_end_in_an_ellipsis():
    lines = wrap("word " * 100, 11, 100, most=3)
    assert len(lines) == 3 and lines[-1].endswith("…")
    assert all(text_width(line, 11) <= 100 for line in lines)


def test_a_word_too_long_is_broken_at_its_joints_then_anywhere():
    assert wrap("preprocess_the_raw", 10, 70) == ["preprocess_", "the_raw"]
    lines = wrap("W" * 30, 10, 60)
    assert len(lines) > 1 and "".join(lines) == "W" * 30
    assert all(text_width(line, 10) <= 60 for line in lines)


def test_wide_letters_are_wide_and_accents_take_no_room():
    assert text_width("日", 10) > text_width("i", 10)
    assert text_width("e\u0301", 10) == text_width("e", 10)
