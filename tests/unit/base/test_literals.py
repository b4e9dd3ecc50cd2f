"""Texts with `${` that refer to nothing."""

from __future__ import annotations

import pytest

from mlmax_pipelines.base import literals


@pytest.mark.parametrize("text", ["a $${B} c", "a ${B} c"])
def test_what_can_refer_to_nothing_is_text(text: str) -> None:
    marked = literals.written({text: [text, 1, None]})
    assert literals.plain(marked) == {"a ${B} c": ["a ${B} c", 1, None]}
    assert literals.substitutable(marked) == {"a ${!B} c": ["a ${!B} c", 1, None]}
    assert set(literals.names(marked)) == {"B"}


def test_what_is_left_open_stays_open() -> None:
    marked = literals.written("a $${B")
    assert literals.plain(marked) == literals.substitutable(marked) == "a ${B"
    assert list(literals.names(marked)) == []


def test_a_placeholder_is_none_of_them() -> None:
    assert list(literals.names(["${A}"])) == []
    assert literals.renamed(["${A} ${B}"], {"A": "C"}) == ["${C} ${B}"]
    marked = literals.written("${A}")
    assert literals.plain(literals.renamed(marked, {"A": "C"})) == "${A}"


def test_texts_without_any_are_left_alone() -> None:
    data = ("a", {"b": ["c"]})
    assert literals.plain(data) == data
    assert literals.are_in(literals.OPENING.encode())
    assert not literals.are_in(b"${A}")


def test_json_keeps_marks_that_are_taken_away_later() -> None:
    text = literals.as_json(literals.written({"a": "${A} 'x' \\"}))
    assert literals.plain(text) == '{"a": "${A} \'x\' \\\\"}'
    assert set(literals.names(text)) == {"A"}
