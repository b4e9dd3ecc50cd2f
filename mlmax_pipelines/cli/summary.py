"""How an execution ended: its metrics and outputs, or what failed and where to look.

What comes in: an execution that has ended. What goes out: a summary on stdout, or an
ExecutionError that says it all. Never: a log read to find out what failed.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from mlmax_pipelines.cli import words
from mlmax_pipelines.cli.app import App, near
from mlmax_pipelines.errors import ExecutionError, PipelineError
from mlmax_pipelines.reporting.failure import Failure, failure
from mlmax_pipelines.reporting.metrics import metrics
from mlmax_pipelines.reporting.timeline import Timeline
from mlmax_pipelines.reporting.units import duration, number, size

if TYPE_CHECKING:
    from mlmax_pipelines.backends.base import Artifact, Backend, ExecutionRecord

_LOG_LINES = 10


def conclude(app: App, env: str, record: ExecutionRecord, timeline: Timeline) -> None:
    """Print how it ended. Raises ExecutionError unless it succeeded."""
    took = duration((record.stop_time or record.start_time) - record.start_time)
    if record.status != "SUCCEEDED":
        raise failed(app.backend(env), record, timeline)
    click.echo(f"{record.name}  {words.status(record.status)}  in {took}")
    for title, lines in (
        ("metrics", list(_metrics(record.output))),
        ("outputs", list(_outputs(app, env, record))),
    ):
        if lines:
            click.echo("\n".join(["", title, *lines]))
    where = "" if env == "local" else f" -e {env}"
    click.echo(f"\nreport: pipeline report {record.name}{where}")


def failed(
    backend: Backend, record: ExecutionRecord, timeline: Timeline
) -> ExecutionError:
    """What failed, the end of its log, and where the whole log is."""
    text = f"execution '{record.name}' ended {record.status}"
    found = failure(timeline)
    if found is None:
        parts = [part for part in (record.error, record.cause) if part]
        return ExecutionError(": ".join([text, *parts]))
    item = f" (item {found.iteration})" if found.iteration else ""
    tries = f" after {found.attempts} attempts" if found.attempts > 1 else ""
    cause = words.failure(found.error, found.cause)
    lines = [f"{text}: step '{found.step or found.state}'{item} failed{tries}: {cause}"]
    lines += _log(backend, record, found)
    return ExecutionError("\n".join(lines))


def _log(backend: Backend, record: ExecutionRecord, found: Failure) -> Iterator[str]:
    last = deque(backend.logs(record.id, found.state), _LOG_LINES)
    if last:
        yield "  last lines of its log:"
        yield from (f"    {line}" for _, line in last)
    try:
        place = backend.log_location(record.id, found.state)
    except PipelineError:
        # A state that runs no job has no log.
        return
    yield f"  whole log: {near(Path(place))}"


def _metrics(output: Any) -> Iterator[str]:
    found = metrics(output)
    width = max(map(len, found), default=0)
    for name, value in found.items():
        yield f"  {name.ljust(width)}  {number(value)}"


def _outputs(app: App, env: str, record: ExecutionRecord) -> Iterator[str]:
    """Each output: its file, or its folder and what is in it."""
    groups: dict[tuple[str, str], list[Artifact]] = {}
    for artifact in app.backend(env).artifacts(record.id):
        key = (f"{artifact.step}.{artifact.output}".rstrip("."), _folder(artifact))
        groups.setdefault(key, []).append(artifact)
    width = max((len(name) for name, _ in groups), default=0)
    for (name, folder), artifacts in groups.items():
        only = artifacts[0].uri if len(artifacts) == 1 else folder
        total = size(sum(artifact.size for artifact in artifacts))
        count = f"{len(artifacts)} files, " if len(artifacts) > 1 else ""
        yield f"  {name.ljust(width)}  {app.place(env, only)}  ({count}{total})"


def _folder(artifact: Artifact) -> str:
    head, found, _ = artifact.uri.partition(f"/{artifact.output}/")
    return head + found if found else artifact.uri.rpartition("/")[0]
