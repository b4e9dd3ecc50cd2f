"""The jobs an execution started, out of its history.

What comes in: events. What goes out: a Job per task that ran one, and the executions
of nested state machines. Never: asks AWS.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import NamedTuple

from mlmax_pipelines.asl.history import HistoryEvent
from mlmax_pipelines.base.names import visit_name
from mlmax_pipelines.declared import JobKind
from mlmax_pipelines.steps import jobs

_OVER = ("TaskSucceeded", "TaskFailed", "TaskTimedOut")


@dataclass
class Job:
    """A job of a visit, a state or a state in one item of a map, of the kind that its
    service declares."""

    visit: str
    kind: JobKind
    name: str
    over: bool = False


def read(events: Iterable[HistoryEvent]) -> list[Job]:
    """The jobs in the order in which they started."""
    places: dict[int, _Place] = {}
    running: dict[int, Job] = {}
    found: list[Job] = []
    for event in events:
        place = places.get(event.previous_id, _Place()).next(event)
        places[event.id] = place
        job = running.get(event.previous_id)
        if event.type == "TaskScheduled":
            job = _job(visit_name(place.state, place.iteration), event)
            found += [job] if job else []
        if job:
            job.over = job.over or event.type in _OVER
            running[event.id] = job
    return found


def nested(events: Iterable[HistoryEvent]) -> Iterator[str]:
    """ARNs of the executions that this one started and waits for."""
    for event in events:
        is_nested = event.details.get("resourceType") == "states"
        if event.type == "TaskSubmitted" and is_nested:
            started = json.loads(event.details.get("output") or "{}")
            if "ExecutionArn" in started:
                yield started["ExecutionArn"]


class _Place(NamedTuple):
    """Where an event stands: a state, and the item of a map, `3` or `3.0` in one that
    is in another one."""

    state: str = ""
    iteration: str = ""

    def next(self, event: HistoryEvent) -> _Place:
        """Where the event stands that comes after this one."""
        if event.type.endswith("StateEntered"):
            return self._replace(state=str(event.details.get("name", "")))
        if event.type == "MapIterationStarted":
            index = str(event.details.get("index", ""))
            return self._replace(iteration=f"{self.iteration}.{index}".lstrip("."))
        if event.type.startswith("MapIteration"):
            return self._replace(iteration=self.iteration.rpartition(".")[0])
        return self


def _job(visit: str, event: HistoryEvent) -> Job | None:
    """The job that an event schedules; None for a call that leaves no log behind."""
    kind = jobs.find(_integration(event))
    if not kind.log_group:
        return None
    arguments = json.loads(event.details.get("parameters") or "{}")
    name = arguments.get(kind.name)
    return Job(visit, kind, name) if name else None


def _integration(event: HistoryEvent) -> str:
    """AWS's histories tell the service and the action apart; a state machine that runs
    elsewhere may give the resource whole."""
    service, action = (event.details.get(k, "") for k in ("resourceType", "resource"))
    return jobs.integration(action) if action[:4] == "arn:" else f"{service}:{action}"
