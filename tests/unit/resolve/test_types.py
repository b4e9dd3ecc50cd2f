"""Which values fit which declared types."""

from __future__ import annotations

from typing import Any

import pytest

from mlmax_pipelines.resolve import types


@pytest.mark.parametrize(
    ("value", "wanted", "expected"),
    [
        (True, "boolean", True),
        (True, "integer", False),
        (1, "number", True),
        (1.0, "integer", True),
        (1.5, "integer", False),
        ("a", "string", True),
        ([], "list", True),
        ({}, "object", True),
        (None, "any", True),
        (None, "string", False),
    ],
)
def test_a_literal_fits_a_type(value: Any, wanted: str, expected: bool) -> None:
    assert types.literal_fits(value, wanted) is expected


@pytest.mark.parametrize(
    ("found", "wanted", "expected"),
    [
        ("integer", "number", True),
        ("number", "integer", False),
        ("s3", "string", True),
        ("string", "s3", False),
        ("metrics", "object", True),
        ("any", "integer", True),
        ("list", "any", True),
    ],
)
def test_a_declared_type_fits_another(found: str, wanted: str, expected: bool) -> None:
    assert types.type_fits(found, wanted) is expected


@pytest.mark.parametrize(
    ("value", "name"),
    [
        (False, "boolean"),
        (2, "integer"),
        (2.5, "number"),
        ("", "string"),
        (None, "null"),
    ],
)
def test_what_a_literal_is_called(value: Any, name: str) -> None:
    assert types.name_of(value) == name


def test_types_in_a_sentence() -> None:
    assert [types.a(t) for t in ("s3", "integer", "list")] == [
        "an s3",
        "an integer",
        "a list",
    ]
