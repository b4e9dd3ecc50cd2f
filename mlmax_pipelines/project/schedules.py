"""Which schedules of its pipelines an environment turns on.

What comes in: an environment, compiled pipelines. What goes out: the state of each
schedule, and what is wrong: names that no schedule has, a time that is over. Never: a
clock of its own.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime, timezone
from typing import TYPE_CHECKING

from mlmax_pipelines.base.errors import Problem, SpecError
from mlmax_pipelines.base.hints import question
from mlmax_pipelines.base.schedules import moment
from mlmax_pipelines.cloudformation.parameters import OFF, ON
from mlmax_pipelines.compiled import CompiledPipeline, Schedule
from mlmax_pipelines.environment import Environment

if TYPE_CHECKING:
    from mlmax_pipelines.yaml.document import Document

_KEY = "schedule"


def states(
    environment: Environment, pipeline: CompiledPipeline
) -> Iterator[tuple[Schedule, str]]:
    """Each schedule that the environment has a word on, `ON` or `OFF`."""
    if pipeline.name in environment.schedule:
        chosen = environment.schedule[pipeline.name]
        for one in pipeline.schedules:
            on = chosen if isinstance(chosen, bool) else one.name in chosen
            yield one, ON if on else OFF


def unknown(
    document: Document, environment: Environment, pipeline: CompiledPipeline
) -> Iterator[Problem]:
    """Schedules to be turned on that the pipeline does not have."""
    name = pipeline.name
    chosen = environment.schedule.get(name)
    if chosen and not pipeline.schedules:
        text = f"pipeline '{name}' has no schedule to switch on"
        hint = f"write one into pipelines/{name}.yaml: 'schedule: rate(1 day)'"
        yield document.problem(text, (_KEY, name), hint)
        return
    known = [one.name for one in pipeline.schedules if one.name]
    names = [*chosen] if isinstance(chosen, Sequence) else []
    for index, wanted in enumerate(names):
        if wanted not in known:
            text = f"pipeline '{name}' has no schedule '{wanted}'"
            there = ", ".join(f"'{one}'" for one in known) or "one without a name: true"
            hint = f"{question(wanted, known)} there are: {there}".lstrip()
            yield document.problem(text, (_KEY, name, index), hint)


def check_times(pipelines: Sequence[CompiledPipeline], now: float) -> None:
    """Raises SpecError for schedules whose one time is over: nothing starts by them,
    and EventBridge Scheduler makes none."""
    problems = []
    for one in (one for pipeline in pipelines for one in pipeline.schedules):
        when = moment(one.expression, one.timezone)
        if when is not None and when <= now:
            today = datetime.fromtimestamp(now, timezone.utc)
            text = f"the time of '{one.expression}' is over: it is {today:%Y-%m-%dT%XZ}"
            hint = "give it a time to come, or take it out"
            problems.append(Problem(text, one.where, hint))
    if problems:
        raise SpecError(problems)
