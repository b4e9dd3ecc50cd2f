"""How a job ends, and what its task gives for it.

What comes in: a job and the end of its process. What goes out: the Describe response,
as the task's result or as the cause of its error. Never: ends anything itself.
"""

from __future__ import annotations

import json
import os
import signal
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from mlmax_pipelines.asl.failures import StateError
from mlmax_pipelines.base import printed
from mlmax_pipelines.base.archives import walk
from mlmax_pipelines.base.files import write_json
from mlmax_pipelines.base.limits import FAILURE_REASON
from mlmax_pipelines.local.jobs import process
from mlmax_pipelines.local.jobs.job import Job
from mlmax_pipelines.steps.services.sagemaker.jobs import TRANSFORM

# Of the log's end, as much as a reason can show.
_TAIL_BYTES = 4096
_TAIL_LINES = 5
_ERROR = "AlgorithmError: "
# What a finished job need not keep a copy of.
_LARGE_BYTES = 1 << 20


@dataclass(frozen=True)
class Outcome:
    """How a job ended: SageMaker's status, and what belongs to it."""

    status: str
    reason: str = ""
    ended: process.Ended | None = None


def outcome(job: Job, ended: process.Ended, message: Path) -> Outcome:
    """The outcome of a process. A stop and a time limit both give Stopped."""
    if ended.ok:
        return Outcome("Completed", "", ended)
    if ended.reason == "exited":
        return Outcome("Failed", _failure(job, ended, message), ended)
    return Outcome("Stopped", "", ended)


def settle(
    job: Job, end: Outcome, copied: Sequence[str], more: Mapping[str, Any]
) -> dict[str, Any]:
    """The Describe response: the task's result, or StateError with it as cause.

    `copied` are arguments that the response repeats. Times are milliseconds since the
    epoch, as in results of optimized integrations.
    """
    now = time.time()
    ended = end.ended
    response = {
        job.member("Name"): job.name,
        job.member("Arn"): job.arn,
        job.member("Status"): end.status,
        "CreationTime": _milliseconds(job.created),
        **{key: job.arguments[key] for key in copied if key in job.arguments},
        **({"FailureReason": end.reason} if end.reason else {}),
        **{key: value for key, value in more.items() if value not in (None, "")},
    }
    if ended is not None:
        word = job.member("").removesuffix("Job")
        response[f"{word}StartTime"] = _milliseconds(ended.started)
        response[f"{word}EndTime"] = _milliseconds(ended.ended)
    if job.kind is not TRANSFORM:
        response["LastModifiedTime"] = _milliseconds(now)
    write_json(job.folder / "describe.json", response)
    if end.status == "Completed":
        _drop_large_copies(job)
        return response
    # AWS page "Handling errors in Step Functions workflows" and "Integrating
    # services": the cause of a failed .sync job is its description as JSON.
    raise StateError("States.TaskFailed", json.dumps(response, separators=(",", ":")))


def _drop_large_copies(job: Job) -> None:
    """Remove what would fill the disk, run after run: large copies of inputs.

    Outputs are in the store by now. Small files stay, to be looked at: removing them
    would take longer than all the rest of a short job. So does all of a job that
    failed.
    """
    for _, entry in walk(job.container):
        if entry.stat().st_size >= _LARGE_BYTES:
            os.unlink(entry.path)


def read_message(path: Path) -> str:
    """What a job left in /opt/ml/output/message or failure; "" when nothing."""
    try:
        with path.open("rb") as file:
            text = file.read(FAILURE_REASON).decode("utf-8", "replace")
    except OSError:
        return ""
    return text.strip()


def _failure(job: Job, ended: process.Ended, message: Path) -> str:
    """The FailureReason of a process that did not end well.

    What it wrote to `message`, or else the last lines of its log; and the signal that
    ended it, of which it could say nothing.
    """
    code = f"{_killed(ended)}, exit code: {ended.exit_code}"
    room = FAILURE_REASON - len(code) - len(_ERROR)
    text = read_message(message)[:room] or _last_lines(job.log)[-room:]
    if not text and ended.signal is None:
        text = "nothing was printed"
    return f"{_ERROR}{text}{code if text else code.lstrip()}"


def _killed(ended: process.Ended) -> str:
    """The signal that ended a process, in a line of its own; "" for none."""
    if ended.signal is None:
        return ""
    perhaps = " (out of memory, perhaps)" if ended.signal == signal.SIGKILL else ""
    return f"\nkilled by {ended.signal.name}{perhaps}"


def _last_lines(log: Path) -> str:
    """The last lines that the job printed."""
    with log.open("rb") as file:
        file.seek(max(0, os.fstat(file.fileno()).st_size - _TAIL_BYTES))
        end = file.read().split(b"\n")
    lines = printed.folded(printed.line(printed.decoded(line)) for line in end)
    return "\n".join([line for line in lines if line][-_TAIL_LINES:])


def _milliseconds(seconds: float) -> int:
    return int(seconds * 1000)
