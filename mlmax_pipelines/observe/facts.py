"""All that is known of an execution: what the sections of a report are made from.

What comes in: a record, its events, its compiled pipeline, its artifacts, and ways to
read a picture or a log. What goes out: one object that works out on demand what is
asked of it. Never: a word on how any of it is shown.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from mlmax_pipelines.artifacts.contract import Artifact
from mlmax_pipelines.asl.history import HistoryEvent
from mlmax_pipelines.backends.contract import ExecutionRecord
from mlmax_pipelines.compiled import CompiledPipeline
from mlmax_pipelines.observe import metrics
from mlmax_pipelines.observe.failure import Failure, failure
from mlmax_pipelines.observe.steps import folded
from mlmax_pipelines.observe.timeline import Row, Timeline, read


@dataclass(frozen=True)
class Reading:
    """How to read what an execution left: the bytes of an artifact, the last lines of a
    visit's log, and where that log lies. Each may raise PipelineError or OSError."""

    artifact: Callable[[Artifact], bytes]
    log: Callable[[str], Iterable[str]] = lambda state: ()
    log_location: Callable[[str], str] = lambda state: ""


@dataclass(frozen=True)
class Facts:
    """An execution, finished or not. `pipeline` is None when it is not at hand; `now`
    is in seconds since the epoch."""

    record: ExecutionRecord
    events: Sequence[HistoryEvent]
    pipeline: CompiledPipeline | None
    artifacts: Sequence[Artifact]
    reading: Reading
    now: float

    @cached_property
    def timeline(self) -> Timeline:
        return read(self.events, self.pipeline.states if self.pipeline else ())

    @cached_property
    def rows(self) -> Sequence[Row]:
        """A row per visit of a step."""
        return folded(self.timeline.rows)

    @cached_property
    def failure(self) -> Failure | None:
        return failure(self.timeline)

    @cached_property
    def data(self) -> Any:
        """The last known data of the execution."""
        return metrics.data(self.record, self.events)

    @property
    def seconds(self) -> float:
        """How long it took, or has taken."""
        end = self.record.stop_time
        return (self.now if end is None else end) - self.record.start_time
