"""`pipeline logs`: what the jobs of an execution printed.

Never: a line of a job reworded; only the name of its step goes before it, when
several steps are shown.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

import click

from mlmax_pipelines.base.errors import UsageError
from mlmax_pipelines.base.waiting import Pace
from mlmax_pipelines.cli.app import App, environment_option, say

if TYPE_CHECKING:
    from mlmax_pipelines.backends.contract import Backend

# Between two looks: the longer no line comes, the longer.
_FIRST_LOOK_SECONDS = 0.25
_LAST_LOOK_SECONDS = 2.0
_GROWTH = 1.3


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
      pipeline logs nightly-7 Train --follow
    """
    backend = app.backend(env)
    record = backend.describe(execution)
    states = _states(backend, record.id)
    if step and step not in states and not follow:
        logged = ", ".join(_with_log(backend, record.id)) or "none"
        raise UsageError(
            f"step '{step}' has no log in execution '{record.name}'",
            hint=f"steps with one: {logged}",
        )
    count = 0
    for state, line in _lines(backend, record.id, step, follow):
        click.echo(line if step else f"{click.style(state, fg='cyan')} | {line}")
        count += 1
    if not count:
        say("no job has printed anything" + (" yet" * (record.status == "RUNNING")))


def _lines(
    backend: Backend, execution: str, step: str, follow: bool
) -> Iterator[tuple[str, str]]:
    if not follow:
        yield from backend.logs(execution, step)
        return
    read: dict[str, int] = {}
    running = True
    pace = Pace(_FIRST_LOOK_SECONDS, _LAST_LOOK_SECONDS, _GROWTH)
    while running:
        running = backend.describe(execution).status == "RUNNING"
        for state in [step] if step else _states(backend, execution):
            for item in backend.logs(execution, state, after=read.get(state, 0)):
                read[state] = read.get(state, 0) + 1
                pace.reset()
                yield item
        if running:
            pace.wait()


def _states(backend: Backend, execution: str) -> list[str]:
    """The states that have been entered, in that order."""
    names = (
        str(event.details.get("name"))
        for event in backend.events(execution)
        if event.type.endswith("StateEntered")
    )
    return list(dict.fromkeys(names))


def _with_log(backend: Backend, execution: str) -> list[str]:
    return list(dict.fromkeys(state for state, _ in backend.logs(execution)))
