"""The comparison operators of choice rules."""

from __future__ import annotations

from typing import Any

import pytest

from mlmax_pipelines.asl.choice_operators import COMPARISONS, TYPE_TESTS

EARLY, LATE = "2026-01-01T00:00:00Z", "2026-01-01T01:30:00+01:00"


@pytest.mark.parametrize(
    ("operator", "left", "right", "expected"),
    [
        ("NumericEquals", 1, 1.0, True),
        ("NumericLessThan", 1, 2, True),
        ("NumericGreaterThanEquals", 2, 2, True),
        ("NumericEquals", True, 1, False),
        ("NumericLessThan", "1", 2, False),
        ("StringLessThan", "a", "b", True),
        ("StringEquals", "a", 1, False),
        # By UTF-16 code units, a surrogate pair comes before U+FF01.
        ("StringLessThan", "\U0001f600", "\uff01", True),
        ("BooleanEquals", True, True, True),
        ("BooleanEquals", 1, True, False),
        ("TimestampLessThan", EARLY, LATE, True),
        ("TimestampGreaterThan", EARLY, "soon", False),
        ("StringMatches", "log-7.txt", "log-*.txt", True),
        ("StringMatches", "log-7", "log-*.txt", False),
        ("StringMatches", "a*b", r"a\*b", True),
        ("StringMatches", "axb", r"a\*b", False),
        ("StringMatches", "two\nlines", "two*", True),
        ("StringMatches", 7, "*", False),
    ],
)
def test_comparisons(operator: str, left: Any, right: Any, expected: bool) -> None:
    assert COMPARISONS[operator](left, right) is expected


@pytest.mark.parametrize(
    ("test", "yes", "no"),
    [
        ("IsNull", None, 0),
        ("IsBoolean", False, 0),
        ("IsNumeric", 0, False),
        ("IsString", "", None),
        ("IsTimestamp", EARLY, "2026"),
    ],
)
def test_tests_of_types(test: str, yes: Any, no: Any) -> None:
    assert TYPE_TESTS[test](yes) is True
    assert TYPE_TESTS[test](no) is False
