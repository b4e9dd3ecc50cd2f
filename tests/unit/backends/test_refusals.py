"""A name that is asked for again."""

from __future__ import annotations

from typing import Any

import pytest

from mlmax_pipelines.backends import refusals
from mlmax_pipelines.backends.contract import ExecutionRecord
from mlmax_pipelines.base.errors import UsageError


def record(status: str) -> ExecutionRecord:
    return ExecutionRecord("id", "one", "small", "dev", status, 0.0, input={"n": 1})


@pytest.mark.parametrize(
    ("status", "input", "why"),
    [
        ("RUNNING", {"n": 2}, "has another input"),
        ("FAILED", {"n": 1}, "is FAILED"),
        ("FAILED", {"n": 2}, "has another input"),
    ],
)
def test_a_name_that_is_taken_is_refused(status: str, input: Any, why: str) -> None:
    with pytest.raises(UsageError, match=f"'one' of 'small' already exists and {why}"):
        refusals.unless_same(record(status), input)


def test_one_that_runs_with_the_same_input_is_that_one() -> None:
    running = record("RUNNING")
    assert refusals.unless_same(running, {"n": 1}) is running
