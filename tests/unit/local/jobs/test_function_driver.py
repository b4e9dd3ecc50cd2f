from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from mlmax_pipelines.local.jobs import function_driver as driver

CODE = """
def handler(event, context):
    return {"event": event, "name": context.function_name, "pair": (1, 2),
            "left": context.get_remaining_time_in_millis()}

def fails(event, context):
    raise ValueError("nothing at all")
"""


@pytest.fixture
def answer(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Any:
    """`answer(name)`: what the driver writes for that handler."""
    monkeypatch.syspath_prepend(str(tmp_path))
    (tmp_path / "function_of_a_test.py").write_text(CODE)

    def run(name: str) -> Any:
        request = {
            "event": {"a": 1},
            "code": str(tmp_path),
            "handler": f"function_of_a_test.{name}",
            "answer": str(tmp_path / "answer.json"),
            "name": "loader",
            "arn": "arn:f",
            "memory_mb": 128,
            "timeout_seconds": 3,
            "request_id": "r",
        }
        (tmp_path / "request.json").write_text(json.dumps(request))
        driver.main(str(tmp_path / "request.json"))
        return json.loads((tmp_path / "answer.json").read_text())

    return run


def test_a_handler_gets_its_event_and_its_context(answer: Any) -> None:
    result = answer("handler")["result"]
    assert (result["event"], result["name"]) == ({"a": 1}, "loader")
    assert result["pair"] == [1, 2]
    assert 0 < result["left"] <= 3000


def test_an_exception_is_shown_as_lambda_shows_it(answer: Any) -> None:
    error = answer("fails")["error"]
    assert (error["errorType"], error["errorMessage"]) == (
        "ValueError",
        "nothing at all",
    )
    [frame] = error["stackTrace"]
    assert "in fails" in frame
