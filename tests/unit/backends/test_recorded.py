"""Records of folders, whole ones alone."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from mlmax_pipelines.backends.recorded import record_of
from mlmax_pipelines.base.errors import PipelineError
from mlmax_pipelines.local.executions import Folder

RECORD = {
    "id": "arn:one",
    "name": "one",
    "pipeline": "small",
    "environment": "local",
    "status": "SUCCEEDED",
    "start_time": 1.0,
    "stop_time": 2.0,
    "input": {},
}


def folder(root: Path, **changes: Any) -> Folder:
    (root / "small" / "one").mkdir(parents=True)
    made = Folder(root / "small" / "one")
    kept = {key: value for key, value in {**RECORD, **changes}.items() if value != ""}
    (made.path / "record.json").write_text(json.dumps(kept))
    return made


def test_what_is_not_known_of_a_record_is_left_out(tmp_path: Path) -> None:
    found = record_of(folder(tmp_path, later="x"))
    assert (found.name, found.status, found.sealed) == ("one", "SUCCEEDED", {})


def test_a_record_that_lacks_something_is_not_whole(tmp_path: Path) -> None:
    with pytest.raises(PipelineError, match="it has no 'status'"):
        record_of(folder(tmp_path, status=""))
