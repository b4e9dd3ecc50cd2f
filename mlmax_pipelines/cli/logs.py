"""`pipeline logs`: what the jobs of an execution printed.

Never: a line of a job reworded; only the name of its step goes before it, when
several steps are shown, and what would move the cursor is gone.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import lru_cache
from itertools import islice
from typing import TYPE_CHECKING

import click

from mlmax_pipelines.base import printed
from mlmax_pipelines.base.errors import UsageError
from mlmax_pipelines.base.hints import question
from mlmax_pipelines.base.names import is_visit, visit_parts
from mlmax_pipelines.base.waiting import Pace
from mlmax_pipelines.cli.app import App, environment_option, say, show
from mlmax_pipelines.observe.render import cells

if TYPE_CHECKING:
    from mlmax_pipelines.backends.contract import Backend, ExecutionRecord, LogLine

# Between two looks: the longer no line comes, the longer.
_FIRST_LOOK_SECONDS = 0.25
_LAST_LOOK_SECONDS = 2.0
_GROWTH = 1.3
# How many lines are printed at a time.
_BATCH = 1000
_MOMENT = len("2026-11-20 16:21:05")


@click.command()
@click.argument("execution", default="latest", metavar="[EXECUTION]")
@click.argument("step", default="", metavar="[STEP]")
@environment_option
@click.option("-f", "--follow", is_flag=True, help="Go on until the execution ends.")
@click.option("-t", "--times", is_flag=True, help="When each line was printed.")
@click.pass_obj
def logs(
    app: App, execution: str, step: str, env: str, follow: bool, times: bool
) -> None:
    """Print what the jobs of an execution (the latest, unless named) printed.

    \b
    Examples:
      pipeline logs                          every step of the latest execution
      pipeline logs latest Train             one step
      pipeline logs latest "Clean[1]"        one item of a map, the first one being 0
      pipeline logs nightly-7 Train --follow
      pipeline logs nightly-7 --times
    """
    backend = app.backend(env)
    record = backend.describe(execution)
    if not follow:
        _check(backend, record, step)
    count = 0
    for lines in _lines(backend, record.id, step, follow):
        show("\n".join(_shown(line, step, times) for line in _folded(lines)))
        count += len(lines)
    if not count:
        say("no job has printed anything" + (" yet" * (record.status == "RUNNING")))


def _check(backend: Backend, record: ExecutionRecord, step: str) -> None:
    """Raises UsageError for a step, or an item of one, that has no log."""
    logged = backend.logged(record.id)
    if not step or any(is_visit(visit, step) for visit in logged):
        return
    if step not in _entered(backend, record.id):
        steps = dict.fromkeys(visit_parts(visit)[0] for visit in logged)
        with_one = f"steps with one: {', '.join(steps) or 'none'}"
        raise UsageError(
            f"step '{step}' has no log in execution '{record.name}'",
            hint=f"{question(step, logged)} {with_one}".lstrip(),
        )


def _folded(lines: Sequence[LogLine]) -> Iterator[LogLine]:
    """Of lines in a row that are no text, one."""
    before = ("", "")
    for line in lines:
        if line[:2] != before or line.text != printed.BINARY:
            yield line
        before = line[:2]


def _shown(line: LogLine, step: str, times: bool) -> str:
    """A line as it was seen, behind when and whose it is: the latter unless that is
    what was asked for."""
    text = printed.line(line.text)
    if line.visit != step:
        text = f"{click.style(line.visit, fg='cyan')} | {text}"
    if times:
        at = " " * _MOMENT if line.at is None else _moment(int(line.at))
        return f"{at}  {text}"
    return text


@lru_cache(maxsize=8)
def _moment(second: int) -> str:
    return cells.moment(second)


def _lines(
    backend: Backend, execution: str, step: str, follow: bool
) -> Iterator[Sequence[LogLine]]:
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
