"""What a cause says: the sentence in it that a person can act on.

What comes in: the cause of an error, as Step Functions has it. What goes out: text.
Never: reads a log, or shows a description of a job in place of what went wrong.
"""

from __future__ import annotations

import json
import re
import signal
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from mlmax_pipelines.base import printed
from mlmax_pipelines.base.names import step_key

TIMEOUT, HEARTBEAT = "States.Timeout", "States.HeartbeatTimeout"
_REASONS = (
    "FailureReason",  # DescribeProcessingJob, -TrainingJob, -TransformJob
    "errorMessage",  # what a Lambda function raises
    "Cause",  # DescribeExecution
    "ErrorMessage",
    "Message",
    "message",
)
# SageMaker's words for an input that nothing was found of, here as there.
_NOTHING_AT = re.compile(r"no s3 objects found under[^\"']*[\"']s3://([^\"']+)", re.I)
_HINT = "hint:"
_EXIT_CODE = re.compile(r"exit code: (\d+)\Z")
_KILLED = "killed by"


def human_cause(cause: str | None) -> str:
    """The text in a cause: jobs and functions wrap it in a JSON description."""
    text = (cause or "").strip()
    if not text.startswith("{"):
        return text
    try:
        described: Any = json.loads(text)
    except ValueError:
        return text
    if not isinstance(described, Mapping):
        return text
    for key in _REASONS:
        if described.get(key):
            return _with_signal(human_cause(str(described[key])))
    return _stopped(described) or text


def _with_signal(reason: str) -> str:
    """The reason, with the name of the signal that an exit code stands for.

    A container ends with 128 and the number of what ended its process; a job on AWS
    says no more than that.
    """
    found = _EXIT_CODE.search(reason)
    if found is None or _KILLED in reason:
        return reason
    try:
        name = signal.Signals(int(found[1]) - 128).name
    except ValueError:
        return reason
    return f"{reason} ({_KILLED} {name})"


def sentence(cause: str | None) -> str:
    """The line of a cause that says most, for where there is room for one.

    It is the last one that begins at the margin: what an error prints below it are
    its details and hints, what a traceback prints above it is where it happened.
    """
    lines = printed.lines(human_cause(cause)).split("\n")
    said = [line.strip() for line in lines if line[:1].strip() and _is_said(line)]
    return said[-1] if said else "".join(line.strip() for line in lines[-1:])


def _is_said(line: str) -> bool:
    return not line.startswith(_HINT) and any(map(str.isalnum, line))


def _stopped(described: Mapping[str, Any]) -> str:
    """Why a job has status Stopped, which has no FailureReason. "" for anything else.

    AWS page "DescribeTrainingJob": `MaxRuntimeExceeded` is a secondary status; other
    jobs do not say, but tell when they started and ended.
    """
    if "Stopped" not in (described.get(key) for key in _statuses(described)):
        return ""
    limit = (described.get("StoppingCondition") or {}).get("MaxRuntimeInSeconds")
    over = described.get("SecondaryStatus") == "MaxRuntimeExceeded"
    if limit and (over or _seconds(described) >= limit):
        return f"stopped at its time limit of {limit} s (max_runtime_seconds)"
    return "the job was stopped"


def _statuses(described: Mapping[str, Any]) -> Iterator[str]:
    return (key for key in described if key.endswith("JobStatus"))


def _seconds(described: Mapping[str, Any]) -> float:
    """How long a job ran; an optimized integration gives milliseconds."""
    times = {
        key[-len(end) :]: value
        for end in ("StartTime", "EndTime")
        for key, value in described.items()
        if key.endswith(end) and isinstance(value, (int, float))
    }
    return float(times.get("EndTime", 0) - times.get("StartTime", 0)) / 1000


def over_time(error: str, limits: Mapping[str, Any]) -> str:
    """What States.Timeout means, which comes without a cause; `limits` are those of the
    event that scheduled the task."""
    if error == HEARTBEAT:
        limit = limits.get("heartbeatInSeconds")
        return f"no heartbeat for {limit} s" if limit else ""
    limit = limits.get("timeoutInSeconds")
    return f"over its time limit of {limit} s (timeout_seconds)" if limit else ""


def emptied(cause: str, steps: Iterable[str]) -> tuple[str, str] | None:
    """Which of these steps should have written what a cause says is not there, and to
    which of its outputs; None when it is none's."""
    found = _NOTHING_AT.search(cause)
    parts = found[1].split("/") if found else []
    for step in steps:
        # The address is <bucket>/<pipeline>/<execution>/<step>/<output>/[<index>/].
        if step and parts[3:4] == [step_key(step)]:
            names = [part for part in parts[4:] if part and not part.isdecimal()]
            return step, f"output '{names[0]}'" if names else "outputs"
    return None
