"""A compiled pipeline -> what each of its states is, needs and uses.

What comes in: a compiled pipeline. What goes out: lines: for each state the step and
the line of the spec it comes from, its IAM statements with their reasons, and its
limits in percent of the quota. Never: prints.
"""

from __future__ import annotations

import json
from typing import Iterator, Sequence

from mlmax_pipelines.compiled import (
    MISSING,
    CompiledPipeline,
    CompiledState,
    Parameter,
    Schedule,
)
from mlmax_pipelines.compiler.heaviest import Unbounded
from mlmax_pipelines.declared import Limit, Statement
from mlmax_pipelines.environment import Environment
from mlmax_pipelines.observe.units import duration, number
from mlmax_pipelines.observe.worst import instance_hours

_IN = "    "
_ADDED = (
    "added by the compiler: an execution's input over the parameters' defaults, checked"
)


def lines(
    pipeline: CompiledPipeline, step: str = "", environment: Environment | None = None
) -> list[str]:
    """The explanation, line by line; with `step`, of that step's states only; with
    `environment`, as that has its machines and their prices."""
    shown = [s for s in pipeline.states if s.step and step in ("", s.step)]
    body = [line for state in shown for line in ("", *_state(state))]
    if step:
        return body[1:]
    # What they fail with, their names say no better than the parameters.
    added = [s.name for s in pipeline.states if not s.step and s.type != "Fail"]
    worst = _worst(pipeline, environment or Environment("", "local"))
    return [*_pipeline(pipeline), *worst, "", ", ".join(added), f"{_IN}{_ADDED}", *body]


def _pipeline(pipeline: CompiledPipeline) -> Iterator[str]:
    type = f" ({pipeline.type})" if pipeline.type else ""
    yield f"{pipeline.name}{type}: {len(pipeline.states)} states"
    if pipeline.description:
        yield f"{_IN}{pipeline.description}"
    if pipeline.sources:
        yield f"{_IN}read from {', '.join(pipeline.sources)}"
    yield from map(_schedule, pipeline.schedules)
    yield from _parameters(pipeline.parameters)
    yield from _limits(pipeline.limits)
    for resource in pipeline.resources:
        yield from _role(f"{resource.kind.label} {resource.logical_id}", resource.role)
    if pipeline.parts:
        yield f"{_IN}split, to stay within the limits, into state machines:"
        for part in pipeline.parts:
            count = len(part.definition["States"])
            yield f"{_IN * 2}{part.name}  {count} states"


def _worst(pipeline: CompiledPipeline, environment: Environment) -> Iterator[str]:
    """How long one execution may take, and what it may cost."""
    seconds = pipeline.definition.get("TimeoutSeconds")
    if isinstance(seconds, int):
        yield f"{_IN}ends after {duration(seconds)} at most"
    try:
        hours = instance_hours(pipeline, environment)
        if hours:
            yield f"{_IN}takes {number(round(hours, 2))} instance-hours at most"
        if hours and environment.prices:
            cost = instance_hours(pipeline, environment, environment.prices)
            yield f"{_IN}costs {cost:.2f} at most, by the prices in {environment.name}"
    except Unbounded as why:
        yield f"{_IN}may cost anything: '{why.state}' {why.why}"


def _schedule(one: Schedule) -> str:
    """`starts on cron(0 6 * * ? *) Europe/Berlin (nightly), with {"n": 1}`."""
    zone = f" {one.timezone}" if one.timezone else ""
    name = f" ({one.name})" if one.name else ""
    given = f", with {json.dumps(one.inputs)}" if one.inputs else ""
    return f"{_IN}starts on {one.expression}{zone}{name}{given}"


def _parameters(parameters: Sequence[Parameter]) -> Iterator[str]:
    if not parameters:
        return
    yield f"{_IN}parameters:"
    names = [f"{one.name}: {one.type}" for one in parameters]
    width = max(map(len, names))
    for name, one in zip(names, parameters):
        default = "required" if one.default is MISSING else f"= {one.default!r}"
        about = f"  {one.description}" if one.description else ""
        yield f"{_IN * 2}{name:<{width}}  {default}{about}"


def _state(state: CompiledState) -> Iterator[str]:
    where = f", {state.where}" if state.where else ""
    own = state.step_type not in ("", state.type.lower())
    step_type = f"{state.step_type}, " if own else ""
    yield f"{state.name}  ({step_type}{state.type})"
    yield f"{_IN}from step '{state.step}'{where}"
    yield from _role("execution role", state.execution_role)
    yield from _role("job role", state.job_role)
    yield from _limits(state.limits)


def _role(name: str, statements: Sequence[Statement]) -> Iterator[str]:
    if statements:
        yield f"{_IN}{name}"
    for statement in statements:
        yield f"{_IN * 2}{statement.reason}:"
        yield f"{_IN * 3}{_actions(statement.actions)}"
        yield from (f"{_IN * 3}on {resource}" for resource in statement.resources)
        for operator, tests in statement.conditions.items():
            for key, value in tests.items():
                text = value if isinstance(value, str) else " or ".join(value)
                yield f"{_IN * 3}if {key} {operator} {text}"
        if statement.wildcard:
            yield f"{_IN * 3}any resource, as {statement.wildcard}"


def _actions(actions: Sequence[str]) -> str:
    """`s3:GetObject, PutObject`: a service is named once."""
    services: dict[str, list[str]] = {}
    for action in actions:
        service, _, verb = action.rpartition(":")
        services.setdefault(service, []).append(verb)
    return "; ".join(f"{name}:{', '.join(verbs)}" for name, verbs in services.items())


def _limits(limits: Sequence[Limit]) -> Iterator[str]:
    if not limits:
        return
    yield f"{_IN}limits:"
    names = max(len(limit.name) for limit in limits)
    for limit in sorted(limits, key=lambda one: -one.percent):
        share = f"{limit.percent:.1f} %".rjust(7)
        used = f"{limit.used:,} of {limit.allowed:,}"
        yield f"{_IN * 2}{limit.name:<{names}} {share}  {used}"
