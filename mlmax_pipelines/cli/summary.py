"""How an execution ended: its metrics and outputs, or what failed and where to look.

What comes in: an execution that has ended. What goes out: a summary on stdout, or an
ExecutionError that says it all. Never: a log read to find out what failed.
"""

from __future__ import annotations

import re
from collections import deque
from collections.abc import Callable, Iterator, Mapping, Sequence
from os.path import commonprefix
from pathlib import Path
from typing import TYPE_CHECKING

import click

from mlmax_pipelines.base.errors import ExecutionError, PipelineError
from mlmax_pipelines.cli import words
from mlmax_pipelines.cli.app import App, in_environment, near
from mlmax_pipelines.observe.failure import Failure, failure
from mlmax_pipelines.observe.metrics import metrics
from mlmax_pipelines.observe.timeline import Timeline
from mlmax_pipelines.observe.units import duration, number, size

if TYPE_CHECKING:
    from mlmax_pipelines.artifacts.contract import Artifact
    from mlmax_pipelines.backends.contract import Backend, ExecutionRecord

_LOG_LINES = 10
_WIDEST = 88


def conclude(
    app: App, backend: Backend, record: ExecutionRecord, timeline: Timeline
) -> None:
    """Print how it ended. Raises ExecutionError unless it succeeded."""
    env = record.environment
    app.conclude(backend, record)
    took = duration((record.stop_time or record.start_time) - record.start_time)
    if record.status != "SUCCEEDED":
        raise failed(backend, record, timeline)
    click.echo(f"{record.name}  {words.status(record.status)}  in {took}")
    order = list(dict.fromkeys(_key(row.step) for row in timeline.rows))
    for line in _metrics(metrics(record.output), order):
        click.echo(line)
    for line in _outputs(app, env, backend.artifacts(record.id), order):
        click.echo(line)
    click.echo(f"\nnext: pipeline report {record.name}{in_environment(env)}")


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
    log = list(_log(backend, record, found))
    report = f"pipeline report {record.name}{in_environment(record.environment)}"
    hint = "" if log else f"'{report}' shows how it came to that"
    return ExecutionError("\n".join(lines + log), hint=hint)


def _log(backend: Backend, record: ExecutionRecord, found: Failure) -> Iterator[str]:
    last = deque(backend.logs(record.id, found.state), _LOG_LINES)
    if last:
        yield "  last lines of its log:"
        yield from (f"    {line}" for _, line in last)
    if link := backend.link(record.id, found.state):
        yield f"  its job: {link}"
    try:
        place = backend.log_location(record.id, found.state)
    except PipelineError:
        # A state that runs no job has no log.
        return
    if last or "://" in place:
        yield f"  whole log: {place if '://' in place else near(Path(place))}"


def _metrics(found: Mapping[str, float], order: Sequence[str]) -> Iterator[str]:
    """The numbers of each step, in columns."""
    steps: dict[str, list[str]] = {}
    for name, value in found.items():
        step, _, rest = name.partition(".")
        steps.setdefault(step, []).append(f"{rest} {number(value)}")
    for step in sorted(steps, key=_rank(order)):
        yield f"\nmetrics of {step}"
        width = max(map(len, steps[step])) + 2
        columns = max(1, (_width() - 2) // width)
        for start in range(0, len(steps[step]), columns):
            cells = steps[step][start : start + columns]
            yield "  " + "".join(cell.ljust(width) for cell in cells).rstrip()


def _width() -> int:
    """Columns to fill: those of the terminal, if there is one, up to a limit."""
    from shutil import get_terminal_size

    return min(_WIDEST, get_terminal_size((_WIDEST, 24)).columns)


def _outputs(
    app: App, env: str, artifacts: Sequence[Artifact], order: Sequence[str]
) -> Iterator[str]:
    """Each output, a file or a folder, below the folder that has them all."""
    groups: dict[tuple[str, str], list[Artifact]] = {}
    for artifact in artifacts:
        groups.setdefault((artifact.step, _folder(artifact)), []).append(artifact)
    if not groups:
        return
    base = commonprefix([folder for _, folder in groups]).rpartition("/")[0] + "/"
    yield f"\noutputs in {app.place(env, base)}/"
    rank = _rank(order)
    lines = [
        _output(folder[len(base) :], inside, base)
        for (_, folder), inside in sorted(groups.items(), key=lambda g: rank(g[0][0]))
    ]
    width = max(len(amount) for amount, _ in lines)
    yield from (f"  {amount.rjust(width)}  {name}" for amount, name in lines)


def _output(folder: str, inside: Sequence[Artifact], base: str) -> tuple[str, str]:
    total = size(sum(artifact.size for artifact in inside))
    if len(inside) == 1:
        return total, inside[0].uri[len(base) :]
    return f"{len(inside)} files, {total}", folder


def _folder(artifact: Artifact) -> str:
    head, found, _ = artifact.uri.partition(f"/{artifact.output}/")
    return head + found if found else artifact.uri.rpartition("/")[0] + "/"


def _rank(order: Sequence[str]) -> Callable[[str], int]:
    places = {step: place for place, step in enumerate(order)}
    return lambda step: places.get(step, len(places))


def _key(step: str) -> str:
    """A step's name as it stands in state data and URIs."""
    return re.sub(r"[^A-Za-z0-9_]", "_", step)
