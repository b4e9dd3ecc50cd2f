"""One execution from its start to its record's end, in this process."""

from __future__ import annotations

import json
import os
import threading
from pathlib import Path
from typing import Any

import pytest

from mlmax_pipelines.local import runner
from mlmax_pipelines.local.executions import Executions, Folder
from mlmax_pipelines.local.orders import Plan
from mlmax_pipelines.local.resume import Start

MACHINE = "arn:aws:states:us-east-1:000000000000:stateMachine:{}"
PASS = {"Type": "Pass", "End": True}


@pytest.fixture
def run(tmp_path: Path) -> Any:
    """`run(states, ...)`: the folder of an execution of these states."""

    def run(
        states: dict[str, Any],
        part: dict[str, Any] | None = None,
        stop: threading.Event | None = None,
        start: Start | None = None,
    ) -> Folder:
        definition = {"StartAt": next(iter(states)), "States": states}
        inner = {"StartAt": "In", "States": {"In": part}}
        plan = Plan(
            home=tmp_path,
            machine=MACHINE.format("p"),
            definition=definition,
            machines={MACHINE.format("part"): inner} if part else {},
            functions={},
            handlers={},
            metrics={},
        )
        executions = Executions(tmp_path / "executions")
        folder = executions.folder("p", "e")
        record = {
            "name": "e",
            "status": "RUNNING",
            "start_time": 1.0,
            "input": {"a": 1},
        }
        lock = executions.create(folder, record, definition, os.getpid())
        assert lock is not None
        try:
            runner.run(folder, plan, stop or threading.Event(), start)
        finally:
            os.close(lock)
        return folder

    return run


def nested(name: str, **fields: Any) -> dict[str, Any]:
    return {
        "Type": "Task",
        "Resource": "arn:aws:states:::states:startExecution.sync:2",
        "Parameters": {"StateMachineArn": MACHINE.format("part"), "Name": name},
        "End": True,
        **fields,
    }


def types(folder: Folder) -> list[str]:
    return [event.type for event in folder.events()]


def test_its_record_says_how_it_ended(run: Any) -> None:
    record = run({"A": PASS}).record_as_written()
    assert (record["status"], record["output"]) == ("SUCCEEDED", {"a": 1})
    assert record["stop_time"] > record["start_time"]


def test_a_failure_is_in_its_record(run: Any) -> None:
    record = run({"A": {"Type": "Fail", "Error": "E", "Cause": "C"}}).settled_record()
    assert (record["status"], record["error"], record["cause"]) == ("FAILED", "E", "C")


def test_one_that_is_stopped_says_why(run: Any, tmp_path: Path) -> None:
    stop = threading.Event()
    stop.set()
    folder = run({"A": PASS}, stop=stop)
    assert folder.record_as_written()["status"] == "ABORTED"
    assert types(folder)[-1] == "ExecutionAborted"


def test_one_that_cannot_be_run_does_not_stay_open(run: Any, tmp_path: Path) -> None:
    with pytest.raises(Exception, match="Nowhere"):
        run({"A": {"Type": "Pass", "Next": "Nowhere"}})
    folder = Executions(tmp_path / "executions").folder("p", "e")
    record = folder.record_as_written()
    assert (record["status"], record["error"]) == ("FAILED", "States.Runtime")
    assert "Nowhere" in record["cause"]
    assert types(folder) == ["ExecutionFailed"]


def test_it_may_start_in_the_middle(run: Any) -> None:
    states = {"A": {**PASS, "End": False, "Next": "B"}, "B": PASS}
    folder = run(states, start=Start("B", {"b": 2}))
    assert folder.record_as_written()["output"] == {"b": 2}
    assert types(folder)[1:3] == ["PassStateEntered", "PassStateExited"]


def test_a_part_has_a_history_of_its_own(run: Any) -> None:
    folder = run({"A": nested("n", OutputPath="$.Output")}, part=PASS)
    assert folder.record_as_written()["status"] == "SUCCEEDED"
    history = folder.path / "nested" / "n" / "history.jsonl"
    assert json.loads(history.read_text().splitlines()[-1])["type"] == (
        "ExecutionSucceeded"
    )


@pytest.mark.parametrize(
    ("name", "part", "error"),
    [
        ("n", None, "StepFunctions.StateMachineDoesNotExistException"),
        ("../n", PASS, "StepFunctions.InvalidNameException"),
        ("n", {"Type": "Fail"}, "States.TaskFailed"),
    ],
)
def test_a_part_that_does_not_run_fails_its_task(
    run: Any, name: str, part: Any, error: str
) -> None:
    assert run({"A": nested(name)}, part=part).record_as_written()["error"] == error


def test_the_name_of_a_part_is_given_once(run: Any) -> None:
    first = nested("n", End=False, Next="B")
    record = run({"A": first, "B": nested("n")}, part=PASS).record_as_written()
    assert record["error"] == "StepFunctions.ExecutionAlreadyExistsException"
