from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from mlmax_pipelines.asl.failures import StateError
from mlmax_pipelines.local.jobs import ending
from mlmax_pipelines.local.jobs.ending import Outcome
from mlmax_pipelines.local.jobs.process import Ended


@pytest.mark.parametrize(
    ("code", "reason", "status"),
    [
        (0, "exited", "Completed"),
        (1, "exited", "Failed"),
        (-15, "stopped", "Stopped"),
        (-9, "timeout", "Stopped"),
    ],
)
def test_the_end_of_a_process_is_a_status(
    create: Any, tmp_path: Path, code: int, reason: str, status: str
) -> None:
    end = ending.outcome(create("j"), Ended(code, reason, 1.0, 2.0), tmp_path / "no")
    assert end.status == status


def test_a_failure_is_told_by_the_message_or_else_by_the_log(
    create: Any, tmp_path: Path
) -> None:
    job, ended = create("j"), Ended(3, "exited", 1.0, 2.0)
    job.log.write_text("\n".join(f"line {n}" for n in range(1000)))
    told = ending.outcome(job, ended, tmp_path / "none").reason
    lines = "\n".join(f"line {n}" for n in range(995, 1000))
    assert told == f"AlgorithmError: {lines}, exit code: 3"
    message = tmp_path / "failure"
    message.write_text(" no data \n")
    told = ending.outcome(job, ended, message).reason
    assert told == "AlgorithmError: no data, exit code: 3"
    message.write_text("x" * 5000)
    assert len(ending.outcome(job, ended, message).reason) == 1024


@pytest.mark.parametrize(
    ("code", "log", "told"),
    [
        (-11, "", "killed by SIGSEGV, exit code: 139"),
        (
            -9,
            "loading\n",
            "loading\nkilled by SIGKILL (out of memory, perhaps), exit code: 137",
        ),
        (
            1,
            "\x1b[31mbad\x1b[0m 1 %\r 2 %\n\n  hint: x\n",
            " 2 %\n  hint: x, exit code: 1",
        ),
    ],
)
def test_a_failure_names_the_signal_and_shows_what_was_seen_of_the_log(
    create: Any, tmp_path: Path, code: int, log: str, told: str
) -> None:
    job = create("j")
    job.log.write_text(log)
    end = ending.outcome(job, Ended(code, "exited", 1.0, 2.0), tmp_path / "none")
    assert end.reason == f"AlgorithmError: {told}"


def test_a_completed_job_gives_its_description(create: Any) -> None:
    job = create("j", RoleArn="role", Other="x")
    end = Outcome("Completed", "", Ended(0, "exited", 1.5, 2.5))
    found = ending.settle(job, end, ("RoleArn",), {"ExitMessage": "", "More": 1})
    assert found["ProcessingJobName"] == "j"
    assert found["ProcessingJobStatus"] == "Completed"
    assert (found["ProcessingStartTime"], found["ProcessingEndTime"]) == (1500, 2500)
    assert (found["RoleArn"], found["More"]) == ("role", 1)
    assert not {"Other", "ExitMessage", "FailureReason"} & set(found)
    assert json.loads((job.folder / "describe.json").read_text()) == found


def test_a_failed_job_is_the_cause_of_its_tasks_error(create: Any) -> None:
    job = create("j")
    with pytest.raises(StateError) as caught:
        ending.settle(job, Outcome("Failed", "no disk"), (), {})
    assert caught.value.error == "States.TaskFailed"
    cause = json.loads(caught.value.cause or "")
    assert (cause["ProcessingJobStatus"], cause["FailureReason"]) == (
        "Failed",
        "no disk",
    )


@pytest.mark.parametrize(("status", "stays"), [("Completed", False), ("Failed", True)])
def test_large_copies_go_when_nobody_needs_them(
    create: Any, status: str, stays: bool
) -> None:
    job = create("j")
    large, small = job.container / "large", job.container / "small"
    large.write_bytes(b"0" * (1 << 20))
    small.write_bytes(b"0")
    try:
        ending.settle(job, Outcome(status), (), {})
    except StateError:
        assert status == "Failed"
    assert (large.exists(), small.exists()) == (stays, True)
