"""Executions as folders."""

from __future__ import annotations

import json
from pathlib import Path

from mlmax_pipelines.backends.contract import ExecutionRecord
from mlmax_pipelines.local.executions import Folder

OLD = {
    "id": "arn:e",
    "name": "e",
    "pipeline": "p",
    "environment": "local",
    "status": "RUNNING",
    "start_time": 1.0,
    "input": {},
    "provenance": {"spec": "1234"},
}


def test_a_record_of_the_first_release_can_still_be_read(tmp_path: Path) -> None:
    folder = Folder(tmp_path)
    (tmp_path / "record.json").write_text(json.dumps({**OLD, "status": "SUCCEEDED"}))
    assert ExecutionRecord(**folder.record()).evidence == {"spec": "1234"}


def test_one_that_was_still_running_is_closed_and_can_be_read(tmp_path: Path) -> None:
    folder = Folder(tmp_path)
    (tmp_path / "record.json").write_text(json.dumps(OLD))
    record = ExecutionRecord(**folder.record())
    assert record.status == "ABORTED" and record.evidence == {"spec": "1234"}
    assert ExecutionRecord(**folder.record_as_written()) == record
