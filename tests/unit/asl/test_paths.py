"""Reference paths, written."""

from __future__ import annotations

import pytest

from mlmax_pipelines.asl.paths import path_text


@pytest.mark.parametrize(
    ("parts", "text"),
    [
        (("steps", "A", 0, "b_c"), "$.steps.A[0].b_c"),
        (("a-b", "c d"), "$['a-b']['c d']"),
        (("2nd", "it's"), "$['2nd']['it\\'s']"),
    ],
)
def test_a_path_quotes_what_is_no_word(parts: tuple[str | int, ...], text: str) -> None:
    assert path_text(parts) == text
