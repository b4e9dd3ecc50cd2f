"""What jobs are billed for: the seconds of all their machines, by step.

What comes in: the events of an execution. What goes out: seconds, as far as the jobs
tell them. Never: a price; or anything of a job of this machine.

A training job says what it is billed for (`BillableTimeInSeconds`, which spot training
makes less); others are billed from their start to their end. Source: SageMaker API
Reference, "DescribeTrainingJob", "DescribeProcessingJob", "DescribeTransformJob".
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from typing import Any, NamedTuple

from mlmax_pipelines.asl.history import HistoryEvent

_ENDS = {"TaskSucceeded": "output", "TaskFailed": "cause"}
_KINDS = ("Training", "Processing", "Transform")
# Where a description has its machines.
_MACHINES = (
    ("ResourceConfig",),
    ("ProcessingResources", "ClusterConfig"),
    ("TransformResources",),
)
# The account of this machine, which AWS has not.
_NOBODY = ":000000000000:"


class Billed(NamedTuple):
    """What one step is billed for: `seconds` of all machines together."""

    step: str
    machines: str
    seconds: float


def billed(events: Iterable[HistoryEvent]) -> list[Billed]:
    """Each step whose jobs tell it, in the order in which they ended; jobs that were
    tried again and items of a map together."""
    states: dict[int, str] = {}
    found: dict[tuple[str, str], float] = {}
    for event in events:
        entered = event.type.endswith("StateEntered")
        name = event.details.get("name") if entered else states.get(event.previous_id)
        states[event.id] = str(name or "")
        if event.type in _ENDS:
            machines, seconds = _of(event.details.get(_ENDS[event.type]))
            if seconds:
                key = (states[event.id], machines)
                found[key] = found.get(key, 0) + seconds
    return [Billed(*key, seconds) for key, seconds in found.items()]


def by_step(events: Iterable[HistoryEvent]) -> dict[str, float]:
    """The seconds of each step, on whatever machines."""
    found: dict[str, float] = {}
    for one in billed(events):
        found[one.step] = found.get(one.step, 0) + one.seconds
    return found


def _of(text: Any) -> tuple[str, float]:
    """The machines of a job that is described, and the seconds of all of them."""
    try:
        job = json.loads(text) if isinstance(text, str) else None
    except ValueError:
        return "", 0
    if not isinstance(job, Mapping):
        return "", 0
    for kind in _KINDS:
        if arn := job.get(f"{kind}JobArn"):
            once = 0 if _NOBODY in str(arn) else _once(job, kind)
            cluster = _cluster(job)
            count = cluster.get("InstanceCount") or 1
            return f"{cluster.get('InstanceType', '')} x {count}", once * count
    return "", 0


def _once(job: Mapping[str, Any], kind: str) -> float:
    if "BillableTimeInSeconds" in job:
        return float(job["BillableTimeInSeconds"])
    times = [job.get(f"{kind}{end}Time") for end in ("Start", "End")]
    start, end = (one if isinstance(one, (int, float)) else None for one in times)
    # An optimized integration gives milliseconds.
    return (end - start) / 1000 if start is not None and end is not None else 0


def _cluster(job: Mapping[str, Any]) -> Mapping[str, Any]:
    for path in _MACHINES:
        found: Any = job
        for key in path:
            found = found.get(key) if isinstance(found, Mapping) else None
        if isinstance(found, Mapping):
            return found
    return {}
