"""`pipeline logs`: what the jobs of an execution printed.

Never: a line of a job reworded; only the name of its step goes before it, when
several steps are shown, and what would move the cursor is gone.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import islice
from typing import TYPE_CHECKING

import click

from mlmax_pipelines.base import printed
from mlmax_pipelines.base.errors import UsageError
from mlmax_pipelines.base.hints import did_you_mean
from mlmax_pipelines.base.names import is_visit
from mlmax_pipelines.base.waiting import Pace
from mlmax_pipelines.cli.app import App, environment_option, say, show

if TYPE_CHECKING:
    from mlmax_pipelines.backends.contract import Backend, ExecutionRecord

# Between two looks: the longer no line comes, the longer.
_FIRST_LOOK_SECONDS = 0.25
_LAST_LOOK_SECONDS = 2.0
_GROWTH = 1.3
# How many lines are printed at a time.
_BATCH = 1000


@click.command()
@click.argument("execution", default="latest", metavar="[EXECUTION]")
@click.argument("step", default="", metavar="[STEP]")
@environment_option
@click.option("-f", "--follow", is_flag=True, help="Go on until the execution ends.")
@click.pass_obj
def logs(app: App, execution: str, step: str, env: str, follow: bool) -> None:
    """Print what the jobs of an execution (the latest, unless named) printed.

    \b
    Examples:
      pipeline logs                          every step of the latest execution
      pipeline logs latest Train             one step
      pipeline logs latest "Clean[1]"        one item of a map, the first one being 0
      pipeline logs nightly-7 Train --follow
    """
    backend = app.backend(env)
    record = backend.describe(execution)
    if not follow:
        _check(backend, record, step)
    count = 0
    for lines in _lines(backend, record.id, step, follow):
        shown = (_shown(visit, line, step) for visit, line in _folded(lines))
        show("\n".join(shown))
        count += len(lines)
    if not count:
        say("no job has printed anything" + (" yet" * (record.status == "RUNNING")))


def _check(backend: Backend, record: ExecutionRecord, step: str) -> None:
    """Raises UsageError for a step, or an item of one, that has no log."""
    logged = backend.logged(record.id)
    if not step or any(is_visit(visit, step) for visit in logged):
        return
    if step not in _entered(backend, record.id):
        raise UsageError(
            f"step '{step}' has no log in execution '{record.name}'",
            hint=did_you_mean(step, logged, "steps with one") or "no step has one",
        )


def _folded(lines: _Lines) -> Iterator[tuple[str, str]]:
    """Of lines in a row that are no text, one."""
    before = ("", "")
    for item in lines:
        if item != before or item[1] != printed.BINARY:
            yield item
        before = item


def _shown(visit: str, line: str, step: str) -> str:
    """A line as it was seen, behind whose it is, unless that is what was asked for."""
    line = printed.line(line)
    return line if visit == step else f"{click.style(visit, fg='cyan')} | {line}"


_Lines = Sequence[tuple[str, str]]


def _lines(
    backend: Backend, execution: str, step: str, follow: bool
) -> Iterator[_Lines]:
    """Many at a time: each takes a while to print."""
    if not follow:
        found = backend.logs(execution, step)
        while batch := list(islice(found, _BATCH)):
            yield batch
        return
    read: dict[str, int] = {}
    running = True
    pace = Pace(_FIRST_LOOK_SECONDS, _LAST_LOOK_SECONDS, _GROWTH)
    while running:
        running = backend.describe(execution).status == "RUNNING"
        for visit in backend.logged(execution):
            if not is_visit(visit, step):
                continue
            seen = read.get(visit, 0)
            if news := list(backend.logs(execution, visit, after=seen)):
                read[visit] = seen + len(news)
                pace.reset()
                yield news
        if running:
            pace.wait()


def _entered(backend: Backend, execution: str) -> set[str]:
    """The states that have been entered."""
    return {
        str(event.details.get("name"))
        for event in backend.events(execution)
        if event.type.endswith("StateEntered")
    }
