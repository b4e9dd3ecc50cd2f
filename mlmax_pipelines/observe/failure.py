"""Why an execution failed, in a sentence a person can act on.

What comes in: a timeline. What goes out: the step that failed, its error, and the
cause as text. Never: reads a log.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from mlmax_pipelines.backends.contract import ExecutionRecord
from mlmax_pipelines.base.names import visit_name
from mlmax_pipelines.compiled import METRICS_INVALID
from mlmax_pipelines.observe.causes import TIMEOUT, human_cause
from mlmax_pipelines.observe.timeline import FAILURES, Row, Timeline


@dataclass(frozen=True)
class Failure:
    """`state` failed, of `step`, after `attempts` attempts; `status` is FAILED or
    TIMED_OUT. `ended_in` is the Fail state that a catch led to ("" when the failure
    itself ended the execution). `again` is the step that has to run again, "" where
    going on from the failure (a redrive) may do."""

    step: str
    state: str
    iteration: str
    status: str
    error: str
    cause: str
    attempts: int
    ended_in: str = ""
    again: str = ""

    @property
    def visit(self) -> str:
        """The state, in its item of a map: the name that its log has."""
        return visit_name(self.state, self.iteration)

    @property
    def what(self) -> str:
        """`step 'Train' failed after 2 attempts`."""
        item = f", item {self.iteration}," if self.iteration else ""
        verb = "timed out" if self.status == "TIMED_OUT" else "failed"
        tries = f" after {self.attempts} attempts" if self.attempts > 1 else ""
        return f"step '{self.step or self.state}'{item} {verb}{tries}"

    def __str__(self) -> str:
        return ": ".join(part for part in (self.what, self.error, self.cause) if part)


def failure(timeline: Timeline) -> Failure | None:
    """What made the execution fail; None when it has not failed."""
    if timeline.status not in FAILURES:
        return None
    failed = [
        row
        for row in timeline.rows
        if row.status in FAILURES and (row.stopped or row.started) >= timeline.redriven
    ]
    if not failed:
        return None
    # The innermost visit that failed first is where the others have it from.
    inner = [row for row in failed if not any(r.parent is row for r in failed)]
    last = min(inner, key=lambda row: (row.stopped or row.started, row.started))
    origin = _origin(last) if last.type == "Fail" else None
    return _digest(origin or last, last.name if origin else "")


def caught(record: ExecutionRecord) -> tuple[str, ...]:
    """The keys of the steps whose errors an execution that succeeded went on after, as
    far as its output has them."""
    steps = record.output.get("steps") if isinstance(record.output, Mapping) else None
    if record.status != "SUCCEEDED" or not isinstance(steps, Mapping):
        return ()
    return tuple(key for key, left in steps.items() if _has_error(left))


def _has_error(left: Any) -> bool:
    error = left.get("error") if isinstance(left, Mapping) else None
    return isinstance(error, Mapping) and "Error" in error


def _origin(row: Row) -> Row | None:
    """The caught failure of another step that led to a Fail state; None if a choice
    led there."""
    before = row.before
    while before is not None and (before.type != "Choice" or before.step == row.step):
        if before.status == "CAUGHT" and before.step != row.step:
            return before
        before = before.before
    return None


def _digest(row: Row, ended_in: str) -> Failure:
    return Failure(
        step=row.step,
        state=row.name,
        iteration=row.iteration,
        status="TIMED_OUT" if row.error == TIMEOUT else "FAILED",
        error=row.error or "States.TaskFailed",
        cause=human_cause(row.cause),
        attempts=row.attempts,
        ended_in=ended_in,
        again=_outermost(row).step if row.error == METRICS_INVALID else "",
    )


def _outermost(row: Row) -> Row:
    while row.parent is not None:
        row = row.parent
    return row
