"""The object that the two halves share."""

from __future__ import annotations

from typing import Any

import pytest

from mlmax_pipelines.compiled import Setting


@pytest.mark.parametrize(
    ("type", "value", "text"),
    [
        ("String", 'a "b"', 'a "b"'),
        ("Number", 1e-05, "1e-05"),
        ("Number", -1, "-1"),
        ("Boolean", True, "true"),
        ("String", 0.5, "0.5"),
        ("Json", "a", '"a"'),
        ("Json", None, "null"),
        ("Json", {"é": [1]}, '{"é": [1]}'),
    ],
)
def test_what_is_no_text_is_json(type: str, value: Any, text: str) -> None:
    assert Setting(type, value, "", "x").text(value) == text
