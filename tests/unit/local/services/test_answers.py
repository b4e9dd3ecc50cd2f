from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from mlmax_pipelines.local.services import answers


@pytest.mark.parametrize(
    ("seconds", "text"),
    [(0, "1970-01-01T00:00:00.000Z"), (1700000000.5, "2023-11-14T22:13:20.500Z")],
)
def test_times_are_text(seconds: float, text: str) -> None:
    assert answers.iso_time(seconds) == text


def test_an_error_names_its_service() -> None:
    error = answers.service_error("S3", "NoSuchKeyException", "gone", 404)
    assert error.error == "S3.NoSuchKeyException"
    assert error.cause == "gone (Service: S3, Status Code: 404)"


@pytest.mark.parametrize(("value", "text"), [("a", "a"), ({"a": [1]}, '{"a":[1]}')])
def test_a_message_is_text(value: Any, text: str) -> None:
    assert answers.as_text(value) == text


def test_lines_are_added_where_nothing_was(tmp_path: Path) -> None:
    path = tmp_path / "new" / "lines.jsonl"
    for number in (1, 2):
        answers.append_line(path, {"n": number})
    assert [json.loads(line)["n"] for line in path.read_text().splitlines()] == [1, 2]
