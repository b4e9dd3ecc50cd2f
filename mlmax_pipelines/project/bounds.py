"""What an environment bounds: machines, how many, how often; and whom it tells.

What comes in: an environment, its file, compiled pipelines. What goes out: a problem
for each pipeline that asks for more, at the place that can be changed. Never: a bound
that is looked at only once something was started.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from fnmatch import fnmatchcase
from typing import TYPE_CHECKING, Any

from mlmax_pipelines.base.errors import Problem
from mlmax_pipelines.base.schedules import per_day
from mlmax_pipelines.cloudformation.parameters import ON
from mlmax_pipelines.compiled import CompiledPipeline, Setting
from mlmax_pipelines.compiler.heaviest import Unbounded
from mlmax_pipelines.environment import Environment
from mlmax_pipelines.observe.worst import instance_hours
from mlmax_pipelines.project import schedules

if TYPE_CHECKING:
    from mlmax_pipelines.yaml.document import Document

_KEY = "limits"


def warnings(environment: Environment) -> Iterator[str]:
    """What nobody would notice before it matters."""
    if environment.is_production and not (
        environment.alert_email or environment.alert_topic
    ):
        yield (
            f"environment '{environment.name}' tells nobody of executions that fail: "
            "'alert_email: team@example.com', or 'alert_topic: ARN'"
        )


def problems(
    document: Document, environment: Environment, pipelines: Sequence[CompiledPipeline]
) -> Iterator[Problem]:
    """What the environment's pipelines ask for beyond its limits."""
    limits = environment.limits
    for one in pipelines:
        for setting in one.substitutions.values():
            if isinstance(setting, Setting) and setting.scope == "step":
                yield from _setting(document, environment, one.name, setting)
        yield from _hours(document, environment, one)
        starts = sum(
            per_day(schedule.expression)
            for schedule, state in schedules.states(environment, one)
            if state == ON
        )
        most = limits.get("executions_per_day")
        if most is not None and starts > most:
            text = (
                f"schedules start pipeline '{one.name}' {starts:g} times a day, the "
                f"environment's limit is {most:g}"
            )
            hint = "turn one off, or let it start less often"
            yield document.problem(text, ("schedule", one.name), hint, key=True)


def _hours(
    document: Document, environment: Environment, pipeline: CompiledPipeline
) -> Iterator[Problem]:
    most = environment.limits.get("instance_hours")
    if most is None:
        return
    try:
        hours = instance_hours(pipeline, environment)
    except Unbounded as why:
        text = (
            f"nobody can say how many instance-hours pipeline '{pipeline.name}' takes: "
            f"'{why.state}' {why.why}"
        )
        hint = "bound that, or leave out the limit"
        yield document.problem(text, (_KEY, "instance_hours"), hint, key=True)
        return
    if hours > most:
        text = (
            f"one execution of pipeline '{pipeline.name}' may take {hours:.2f} "
            f"instance-hours, the environment's limit is {most:g}"
        )
        hint = f"'pipeline explain {pipeline.name} -e {environment.name}' says of what"
        yield document.problem(text, (_KEY, "instance_hours"), hint, key=True)


def _setting(
    document: Document, environment: Environment, pipeline: str, setting: Setting
) -> Iterator[Problem]:
    chosen = environment.steps.get(pipeline, {}).get(setting.step, {})
    value = chosen.get(setting.key, setting.default)
    fault = _fault(environment, setting.key, value)
    if fault:
        path: tuple[Any, ...] = (_KEY,)
        if setting.key in chosen:
            path = ("steps", pipeline, setting.step, setting.key)
        text = f"step '{setting.step}' of pipeline '{pipeline}' asks for {fault}"
        hint = f"steps: {{{pipeline}: {{{setting.step}: {{{setting.key}: ...}}}}}}"
        yield document.problem(text, path, hint, key=True)


def _fault(environment: Environment, key: str, value: Any) -> str:
    limits = environment.limits
    types = limits.get("instance_types", ())
    if key == "instance_type" and types:
        if not any(fnmatchcase(str(value), pattern) for pattern in types):
            return f"{value}: this environment allows {', '.join(types)}"
    most = limits.get("max_instance_count")
    if key == "instance_count" and most is not None and int(value) > most:
        return f"{value} instances: this environment allows {most:g}"
    return ""
