"""History events -> one row per visit of a state.

What comes in: events, one by one or all at once. What goes out: rows with status,
times, attempts and errors, nested as Parallel and Map states nest them. Never: needs
the history to be complete, or knows every type of event.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Any, Iterable, Mapping, Sequence

from mlmax_pipelines.asl.history import HistoryEvent
from mlmax_pipelines.base.names import LOCKS
from mlmax_pipelines.base.slots import COUNT, IS_FULL, TAKE
from mlmax_pipelines.compiled import CompiledState
from mlmax_pipelines.observe.causes import TIMEOUT, emptied, human_cause, over_time
from mlmax_pipelines.observe.units import duration

_STATE = re.compile(r"(\w+?)State(Entered|Exited|Started|Succeeded|Failed|Aborted)")
_WORK = re.compile(
    r"(?:Task|LambdaFunction|Activity|MapRun)"
    r"(?:Schedule|Start|Submit)?(Scheduled|Failed|TimedOut)"
)
_ENDS = {
    "ExecutionSucceeded": "SUCCEEDED",
    "ExecutionFailed": "FAILED",
    "ExecutionTimedOut": "TIMED_OUT",
    "ExecutionAborted": "ABORTED",
}
# States of a deployment that no compiled pipeline has.
_UNSHOWN = (LOCKS, COUNT)
FAILURES = ("FAILED", "TIMED_OUT")
_ERRORS = {"FAILED": "States.Runtime", "TIMED_OUT": TIMEOUT}


@dataclass(eq=False)
class Row:
    """One visit of a state. Times are seconds since the epoch.

    `status` is RUNNING, RETRYING (attempt number `attempts` runs; or it has failed, if
    there is an `error`, and the next one is waited for), SUCCEEDED, CAUGHT (failed, and
    a catch went on), FAILED, TIMED_OUT or ABORTED; `changed` is when it became that.
    `iteration` is the index in the Map state around it, from 0, such as `3` or `3.0`
    when nested; `items` and `done` count the iterations of a Map state itself. `errors`
    are those of earlier attempts. `before` is the visit that led here. `limits` are the
    time limits of the attempt, `failed` is what the row is if no attempt follows,
    `remark` what came out about it later.
    """

    name: str
    type: str
    step: str
    started: float
    status: str = "RUNNING"
    stopped: float | None = None
    attempts: int = 1
    error: str | None = None
    cause: str | None = None
    errors: tuple[str, ...] = ()
    parent: Row | None = None
    before: Row | None = None
    iteration: str = ""
    items: int = 0
    done: int = 0
    changed: float = 0.0
    limits: Mapping[str, Any] = field(default_factory=dict)
    failed: str = "FAILED"
    remark: str = ""

    @property
    def depth(self) -> int:
        return self.parent.depth + 1 if self.parent else 0

    @property
    def open(self) -> bool:
        return self.stopped is None

    def seconds(self, now: float) -> float:
        """How long it took, or has taken until `now`."""
        return max(0.0, (now if self.stopped is None else self.stopped) - self.started)


@dataclass(frozen=True)
class _Place:
    """Where an event stands: the visit it is about, and what contains it."""

    row: Row | None = None
    around: Row | None = None
    iteration: str = ""


@dataclass
class Timeline:
    """Collects the rows of one execution; `feed` it events in order. `redriven` is
    when it last went on after its end, `started` when it last began to run."""

    states: Sequence[CompiledState] = ()
    rows: list[Row] = field(default_factory=list)
    status: str = "RUNNING"
    redriven: float = 0.0
    started: float = 0.0

    def __post_init__(self) -> None:
        self._known = {state.name: state for state in self.states}
        self._places: dict[int, _Place] = {}
        self._begun: dict[int, str] = {}

    def feed(self, event: HistoryEvent) -> None:
        """Take in one event; types that say nothing about a state are passed over."""
        place = self._places.get(event.previous_id, _Place())
        self._places[event.id] = self._next(event, place)

    def visit(self, event: int) -> Row | None:
        """The visit that an event is about, by its id."""
        return self._places.get(event, _Place()).row

    def begun(self, row: Row | None) -> str:
        """The data that a state with others inside began with, as JSON."""
        return self._begun.get(id(row), "")

    def _next(self, event: HistoryEvent, place: _Place) -> _Place:
        state = _STATE.fullmatch(event.type)
        if state:
            return self._state(event, place, state[1], state[2])
        work = _WORK.fullmatch(event.type)
        if work and place.row:
            self._work(event, place.row, work[1])
        elif event.type in _ENDS:
            self._end(event, place)
        elif event.type == "ExecutionStarted":
            self.started = event.timestamp
        elif event.type == "ExecutionRedriven":
            self.status, self.redriven = "RUNNING", event.timestamp
            self.started = event.timestamp
        elif event.type.startswith("MapIteration"):
            return self._iteration(event, place)
        return place

    def _state(
        self, event: HistoryEvent, place: _Place, type: str, what: str
    ) -> _Place:
        if what == "Entered":
            return self._enter(event, place, type)
        row = _climb(place, type, str(event.details.get("name", "")))
        if row is None:
            return place
        if what == "Started":
            self._begin(event, row)
            return _Place(row, row, row.iteration)
        if what == "Failed":
            self._abort_inside(row, event.timestamp, place.row)
            self._fail(row, event, "FAILED")
        elif what == "Exited":
            _close(row, "CAUGHT" if row.error else "SUCCEEDED", event.timestamp)
        elif what == "Aborted":
            _close(row, "ABORTED", event.timestamp)
        return _Place(row, row.parent, row.iteration)

    def _enter(self, event: HistoryEvent, place: _Place, type: str) -> _Place:
        name = str(event.details.get("name", ""))
        known = self._known.get(name)
        around, iteration = place.around, place.iteration
        # One that was interrupted inside others is entered anew from outside of them.
        while around is not None and not around.open:
            iteration = around.iteration
            around = around.parent
        row = Row(
            name=name,
            type=type,
            step=known.step if known else "" if name in _UNSHOWN else name,
            started=event.timestamp,
            parent=around,
            before=place.row if place.row is not place.around else None,
            iteration=iteration,
            changed=event.timestamp,
        )
        row.attempts = 0 if type in ("Task", "Parallel", "Map") else 1
        self.rows.append(row)
        if type in ("Parallel", "Map"):
            self._begun[id(row)] = str(event.details.get("input") or "")
        return _Place(row, row.parent, row.iteration)

    def _begin(self, event: HistoryEvent, row: Row) -> None:
        _again(row, event)
        row.items, row.done = int(event.details.get("length", 0) or 0), 0

    def _work(self, event: HistoryEvent, row: Row, what: str) -> None:
        if what == "Scheduled":
            _again(row, event)
        else:
            self._fail(row, event, "TIMED_OUT" if what == "TimedOut" else "FAILED")

    def _fail(self, row: Row, event: HistoryEvent, status: str) -> None:
        """An attempt failed; whether another one follows, the next event tells."""
        details: dict[str, Any] = dict(event.details)
        row.error = str(details.get("error") or _ERRORS[status])
        row.cause = None if details.get("cause") is None else str(details["cause"])
        if not row.cause and status == "TIMED_OUT":
            row.cause = over_time(row.error, row.limits) or None
        if row.name == TAKE and row.error == IS_FULL:
            row.cause = "all slots are taken (max_concurrent_executions)"
        self._blame_empty(row)
        row.status, row.failed, row.changed = "RETRYING", status, event.timestamp

    def _blame_empty(self, row: Row) -> None:
        """Name the step that should have written what the row did not find."""
        before = [other for other in self.rows if not other.open]
        found = emptied(row.cause or "", (other.step for other in before))
        if found:
            step, what = found
            row.cause = f"{human_cause(row.cause)}: step '{step}' left its {what} empty"
            for other in before:
                if other.step == step:
                    other.remark = f"left its {what} empty"

    def _iteration(self, event: HistoryEvent, place: _Place) -> _Place:
        around = _climb(place, "Map", "")
        if around is None:
            return place
        if event.type == "MapIterationStarted":
            index = str(event.details.get("index", ""))
            path = f"{around.iteration}.{index}" if around.iteration else index
            return _Place(around, around, path)
        around.done += event.type == "MapIterationSucceeded"
        if event.type == "MapIterationFailed":
            _close_failed(place.row, around, event.timestamp)
        return _Place(around, around, around.iteration)

    def _end(self, event: HistoryEvent, place: _Place) -> None:
        self.status = _ENDS[event.type]
        last = place.row
        if self.status == "FAILED" and last and last.open and not last.error:
            self._fail(last, event, "FAILED")
        ended = "ABORTED" if self.status == "FAILED" else self.status
        took = duration(event.timestamp - self.started)
        for row in filter(lambda row: row.open, self.rows):
            if self.status == "TIMED_OUT":
                row.error, row.failed = TIMEOUT, self.status
                row.cause = f"the execution's time limit was over, after {took}"
            _close(row, row.failed if row.error else ended, event.timestamp)

    def _abort_inside(self, row: Row, time: float, failed: Row | None) -> None:
        """A container failed: close what ran in it; `failed` is where it began."""
        for inner in self.rows:
            if inner.open and inner is not row and _inside(inner, row):
                blamed = inner.error or inner is failed
                _close(inner, inner.failed if blamed else "ABORTED", time)


def read(
    events: Iterable[HistoryEvent], states: Sequence[CompiledState] = ()
) -> Timeline:
    """The timeline of a history."""
    timeline = Timeline(states)
    for event in events:
        timeline.feed(event)
    return timeline


def _climb(place: _Place, type: str, name: str) -> Row | None:
    """The innermost visit of that type (and name) that has not ended."""
    row = place.row
    while row is not None:
        if row.open and row.type == type and name in ("", row.name):
            return row
        row = row.parent
    return None


def _close_failed(row: Row | None, around: Row, time: float) -> None:
    """An item failed, and the others may go on: what failed in it is over."""
    while row is not None and row is not around:
        if row.open and row.error:
            _close(row, row.failed, time)
        row = row.parent


def _inside(row: Row, container: Row) -> bool:
    around = row.parent
    while around is not None and around is not container:
        around = around.parent
    return around is container


def _again(row: Row, event: HistoryEvent) -> None:
    """An attempt starts: the first one, or a retry."""
    row.attempts += 1
    row.limits, row.changed = event.details, event.timestamp
    if row.error:
        row.errors = (*row.errors, row.error)
    row.status = "RETRYING" if row.attempts > 1 else "RUNNING"
    row.error = row.cause = row.stopped = None


def _close(row: Row, status: str, time: float) -> None:
    row.status = status
    row.stopped = row.changed = time
