"""Executions as folders."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from mlmax_pipelines.asl.history import HistoryEvent
from mlmax_pipelines.backends.contract import ExecutionRecord
from mlmax_pipelines.local.executions import DIED, Executions, Folder
from tests.patience import LONGEST_SECONDS

RECORD = {
    "id": "arn:e",
    "name": "e",
    "pipeline": "p",
    "environment": "local",
    "status": "RUNNING",
    "start_time": 1.0,
    "input": {},
}


@pytest.fixture
def executions(tmp_path: Path) -> Executions:
    return Executions(tmp_path / "executions")


def create(executions: Executions, name: str = "e", runner: int = 0) -> Any:
    folder = executions.folder("p", name)
    return folder, executions.create(folder, RECORD, {"States": {}}, runner)


def event(id: int, type: str = "PassStateEntered") -> HistoryEvent:
    return HistoryEvent(id, id - 1, 0.0, type, {})


def test_a_folder_appears_once_and_whole(executions: Executions) -> None:
    folder, lock = create(executions)
    assert folder.record_as_written() == RECORD
    assert folder.definition() == {"States": {}}
    assert folder.is_running()
    assert create(executions)[1] is None
    assert list((executions.root.parent / "tmp").iterdir()) == []
    os.close(lock)
    assert not folder.is_running()


def test_one_whose_process_died_is_closed_once(executions: Executions) -> None:
    folder, lock = create(executions)
    with folder.writer() as writer:
        writer.write(event(1))
    with (folder.path / "history.jsonl").open("a") as file:
        file.write('{"id": 2, "prev')
    assert folder.settled_record()["status"] == "RUNNING"
    os.close(lock)
    record = folder.settled_record()
    assert (record["status"], record["cause"]) == ("ABORTED", DIED)
    assert [(e.id, e.type) for e in folder.events()] == [
        (1, "PassStateEntered"),
        (2, "ExecutionAborted"),
    ]
    assert folder.settled_record() == record == folder.record_as_written()


def test_the_process_that_runs_it_is_signalled(executions: Executions) -> None:
    command = [sys.executable, "-c", "import time; time.sleep(900)"]
    process = subprocess.Popen(command)
    folder, lock = create(executions, runner=process.pid)
    folder.signal_runner(signal.SIGTERM)
    assert process.wait(LONGEST_SECONDS) == -signal.SIGTERM
    # It is gone, and whoever holds the lock now says no number.
    folder.signal_runner(signal.SIGTERM)
    os.close(lock)
    held = folder.hold()
    folder.signal_runner(signal.SIGTERM)
    os.close(held)
    folder.signal_runner(signal.SIGTERM)


def test_the_word_of_who_stops_it_is_kept_until_it_goes_on(
    executions: Executions,
) -> None:
    folder, lock = create(executions)
    assert folder.stop_cause() is None
    folder.ask_to_stop("enough")
    assert folder.stop_cause() == "enough"
    folder.close("ABORTED", cause="enough")
    record = folder.reopen()
    assert (record["status"], record["cause"]) == ("RUNNING", None)
    assert folder.stop_cause() is None
    os.close(lock)


def test_newest_come_first_and_what_is_no_execution_does_not(
    executions: Executions,
) -> None:
    for moment, name in enumerate(("b", "a", "c"), 1):
        folder, lock = create(executions, name)
        os.close(lock)
        os.utime(folder.path / "definition.json", (moment, moment))
    (executions.root / "p" / "empty").mkdir()
    (executions.root / "p" / "file").touch()
    assert [folder.name for folder in executions.newest_first()] == ["c", "a", "b"]
    assert executions.newest_first("none") == []
    assert [folder.path for folder in executions.named("a")] == [
        executions.root / "p" / "a"
    ]


def test_without_any_there_are_none(tmp_path: Path) -> None:
    none = Executions(tmp_path / "none")
    assert none.newest_first() == none.named("a") == []


def test_a_history_that_was_never_begun_is_not_ended(tmp_path: Path) -> None:
    folder = Folder(tmp_path)
    folder.close_history("ExecutionAborted", {})
    assert list(folder.events()) == []


OLD = {**RECORD, "provenance": {"spec": "1234"}}


def test_a_record_of_the_first_release_can_still_be_read(tmp_path: Path) -> None:
    folder = Folder(tmp_path)
    (tmp_path / "record.json").write_text(json.dumps({**OLD, "status": "SUCCEEDED"}))
    assert ExecutionRecord(**folder.settled_record()).evidence == {"spec": "1234"}


def test_one_that_was_still_running_is_closed_and_can_be_read(tmp_path: Path) -> None:
    folder = Folder(tmp_path)
    (tmp_path / "record.json").write_text(json.dumps(OLD))
    record = ExecutionRecord(**folder.settled_record())
    assert record.status == "ABORTED" and record.evidence == {"spec": "1234"}
    assert ExecutionRecord(**folder.record_as_written()) == record


def test_none_ends_before_it_has_begun(tmp_path: Path) -> None:
    folder = Folder(tmp_path)
    folder.write({**RECORD, "start_time": 4e9})
    assert folder.close("SUCCEEDED")["stop_time"] == 4e9
