"""Which deployment a rollback goes back to."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from mlmax_pipelines.aws import deployments
from mlmax_pipelines.base.errors import UsageError
from mlmax_pipelines.environment import Environment
from mlmax_pipelines.project.rollback import Rollback

RECORDS = {
    "1": {"id": "1", "root": "x", "parameters": {"A": "1"}},
    "2": {"id": "2", "root": "y", "parameters": {"A": "2"}},
    "3": {"id": "3", "root": "z", "parameters": {"A": "2"}},
    "4": {"id": "4", "root": "z", "parameters": {"A": "2", "ToolVersion": "9"}},
}


@pytest.fixture
def rollback(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Rollback:
    monkeypatch.setattr(deployments, "ids", lambda *given: list(RECORDS))
    monkeypatch.setattr(deployments, "read", lambda *given: RECORDS[given[-1]])
    return Rollback(tmp_path, Environment("dev", "stepfunctions", "us-east-1"), "b")


@pytest.mark.parametrize(("to", "found"), [("", "2"), ("1", "1"), ("3", "3")])
def test_it_is_the_one_before_or_the_one_that_is_named(
    rollback: Any, to: str, found: str
) -> None:
    rollback.to = to
    assert rollback._record("b")["id"] == found


def test_one_that_is_not_recorded_is_refused(rollback: Any) -> None:
    rollback.to = "5"
    with pytest.raises(UsageError, match="no deployment '5' is recorded") as refused:
        rollback._record("b")
    assert "there are: 1, 2, 3, 4" in str(refused.value)
