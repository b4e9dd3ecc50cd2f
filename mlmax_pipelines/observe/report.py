"""An execution -> everything a report of it says, as data.

What comes in: a record, its events, its compiled pipeline, its artifacts, and ways to
read a picture or a log. What goes out: one frozen object that `html` and `markdown`
write out. Never: fails because a picture or a log cannot be read.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Callable, Iterable, Mapping, Sequence

from mlmax_pipelines.artifacts.contract import Artifact
from mlmax_pipelines.asl.history import HistoryEvent
from mlmax_pipelines.backends.contract import ExecutionRecord
from mlmax_pipelines.base.errors import PipelineError
from mlmax_pipelines.compiled import CompiledPipeline
from mlmax_pipelines.drawing.model import Graph
from mlmax_pipelines.drawing.render import Mark, graph_of
from mlmax_pipelines.observe import metrics as numbers
from mlmax_pipelines.observe.failure import Failure, failure
from mlmax_pipelines.observe.steps import folded, marks
from mlmax_pipelines.observe.timeline import Row, read

_PNG = b"\x89PNG\r\n\x1a\n"
_LARGEST_PICTURE = 1_000_000
_MOST_PICTURES = 24
_LOG_LINES = 30


@dataclass(frozen=True)
class Sources:
    """Where a report may read: the bytes of an artifact, the log of a state (its
    lines), and where that log lies. Each may raise PipelineError or OSError."""

    read_artifact: Callable[[Artifact], bytes]
    read_log: Callable[[str], Iterable[str]] = lambda state: ()
    log_location: Callable[[str], str] = lambda state: ""


@dataclass(frozen=True)
class Picture:
    """A PNG an execution made."""

    artifact: Artifact
    content: bytes


@dataclass(frozen=True)
class Report:
    """What there is to say. `graph` is None when the pipeline is not at hand; `log`
    holds the last lines of what failed. `now` is in seconds since the epoch."""

    record: ExecutionRecord
    description: str
    rows: Sequence[Row]
    graph: Graph | None
    marks: Mapping[str, Mark]
    metrics: Mapping[str, float]
    parameters: Mapping[str, Any]
    about: Mapping[str, str]
    pictures: Sequence[Picture]
    artifacts: Sequence[Artifact]
    failure: Failure | None
    log: Sequence[str]
    log_location: str
    now: float

    @property
    def seconds(self) -> float:
        end = self.record.stop_time
        return (self.now if end is None else end) - self.record.start_time


def build(
    record: ExecutionRecord,
    events: Iterable[HistoryEvent],
    pipeline: CompiledPipeline | None,
    artifacts: Sequence[Artifact],
    sources: Sources,
    now: float,
) -> Report:
    """Put together what is known of an execution, finished or not."""
    history = list(events)
    timeline = read(history, pipeline.states if pipeline else ())
    graph = graph_of(pipeline) if pipeline else None
    data = numbers.data(record, history)
    failed = failure(timeline)
    declared = pipeline.parameters if pipeline else ()
    return Report(
        record=record,
        description=pipeline.description if pipeline else "",
        rows=folded(timeline.rows),
        graph=graph,
        marks=marks(timeline.rows, graph, now) if graph else {},
        metrics=numbers.metrics(data),
        parameters=numbers.parameters(data, record),
        about={parameter.name: parameter.description for parameter in declared},
        pictures=_pictures(artifacts, sources),
        artifacts=artifacts,
        failure=failed,
        log=_log(failed, sources),
        log_location=_location(failed, sources),
        now=now,
    )


def _pictures(artifacts: Sequence[Artifact], sources: Sources) -> list[Picture]:
    found: list[Picture] = []
    for artifact in artifacts:
        is_picture = artifact.uri.lower().endswith(".png")
        if not is_picture or artifact.size > _LARGEST_PICTURE:
            continue
        try:
            content = sources.read_artifact(artifact)
        except (PipelineError, OSError):
            continue
        if content.startswith(_PNG) and len(found) < _MOST_PICTURES:
            found.append(Picture(artifact, content))
    return found


def _log(failed: Failure | None, sources: Sources) -> list[str]:
    if failed is None:
        return []
    try:
        return list(sources.read_log(failed.state))[-_LOG_LINES:]
    except (PipelineError, OSError):
        return []


def _location(failed: Failure | None, sources: Sources) -> str:
    if failed is None:
        return ""
    try:
        return sources.log_location(failed.state)
    except (PipelineError, OSError):
        return ""
