"""How an execution ended: its metrics and outputs, or what failed and where to look.

What comes in: an execution that has ended. What goes out: a summary on stdout, or an
ExecutionError that says it all. Never: a log read to find out what failed.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from mlmax_pipelines.base import printed
from mlmax_pipelines.base.errors import ExecutionError, PipelineError
from mlmax_pipelines.cli.app import App, in_environment, near, show
from mlmax_pipelines.observe import metrics
from mlmax_pipelines.observe.failure import Failure, failure
from mlmax_pipelines.observe.render import cells
from mlmax_pipelines.observe.render.terminal import summary
from mlmax_pipelines.observe.timeline import Timeline

if TYPE_CHECKING:
    from mlmax_pipelines.backends.contract import Backend, ExecutionRecord

_LOG_LINES = 10
_LONGEST = 2000
_WIDEST = 88


def conclude(
    app: App, backend: Backend, record: ExecutionRecord, timeline: Timeline
) -> None:
    """Print how it ended. Raises ExecutionError unless it succeeded."""
    env = record.environment
    app.conclude(backend, record)
    if record.status != "SUCCEEDED":
        raise failed(backend, record, timeline)
    artifacts = backend.artifacts(record.id)
    came_to = metrics.found(record, backend.events(record.id))
    for line in summary(
        record, timeline, came_to, artifacts, lambda uri: app.place(env, uri), _width()
    ):
        show(line)
    show(f"\nnext: pipeline report {record.name}{in_environment(env)}")


def failed(
    backend: Backend, record: ExecutionRecord, timeline: Timeline
) -> ExecutionError:
    """What failed, the end of its log, and where the whole log is."""
    text = f"execution '{record.name}' ended {record.status}"
    found = failure(timeline)
    if found is None:
        parts = [part for part in (record.error, record.cause) if part]
        return ExecutionError(": ".join([text, *parts]))
    lines = [f"{text}: {found.what}: {cells.failure(found.error, found.cause)}"]
    log = list(_log(backend, record, found))
    where = in_environment(record.environment)
    hint = (
        ""
        if log
        else f"'pipeline report {record.name}{where}' shows how it came to that"
    )
    if found.again:
        hint = run_again(record, found)
    return ExecutionError("\n".join(lines + log), hint=hint)


def run_again(record: ExecutionRecord, found: Failure) -> str:
    """What to do when the step that failed has to run again."""
    execution = f"{record.name}{in_environment(record.environment)}"
    return (
        f"mend what '{found.step}' runs, then: pipeline replay {execution} "
        f"--from '{found.again}'"
    )


def _log(backend: Backend, record: ExecutionRecord, found: Failure) -> Iterator[str]:
    last = backend.log_end(record.id, found.visit, _LOG_LINES)
    if last:
        yield "  last lines of its log:"
        yield from (f"    {printed.line(line)[:_LONGEST]}" for line in last)
    if link := backend.link(record.id, found.visit):
        yield f"  its job: {link}"
    try:
        place = backend.log_location(record.id, found.visit)
    except PipelineError:
        # A state that runs no job has no log.
        return
    if last or "://" in place:
        yield f"  whole log: {place if '://' in place else near(Path(place))}"


def _width() -> int:
    """Columns to fill: those of the terminal, if there is one, up to a limit."""
    from shutil import get_terminal_size

    return min(_WIDEST, get_terminal_size((_WIDEST, 24)).columns)
