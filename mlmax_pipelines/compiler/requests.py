"""What AWS would refuse of the requests that a step's states make.

What comes in: a step and its states. What goes out: a problem for each value that the
API's model has something against, where the spec says it. Never: a value that is known
only while the pipeline runs is judged; of a parameter and a setting the default is.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from mlmax_pipelines.base.errors import Problem
from mlmax_pipelines.base.hints import did_you_mean
from mlmax_pipelines.compiled import MISSING, Resource, Setting
from mlmax_pipelines.steps import api, sdk
from mlmax_pipelines.steps.api import UNKNOWN, Fault
from mlmax_pipelines.steps.context import BuildContext
from mlmax_pipelines.steps.contract import Draft, ResolvedStep
from mlmax_pipelines.steps.values import Value

_TOKEN = re.compile(r"\$\{(\w+)\}")
_PARAMETER = re.compile(r"\$\.parameters\.(\w+)")
_SHOWN = 40


def problems(
    step: ResolvedStep,
    drafts: Iterable[Draft],
    brought: Iterable[Resource],
    context: BuildContext,
) -> dict[Problem, None]:
    """Every fault of the requests, and of the resources that come along, each once."""
    jobs = [(one.job.integration, sdk.request(one.state)) for one in drafts if one.job]
    seen: dict[Problem, None] = {}
    for integration, request in jobs:
        for fault in _faults(integration, request, context):
            place = _place(step, fault.value, context)
            seen[_problem(step, place, fault, integration)] = None
    for resource in brought:
        for fault in _faults(resource.kind.made_by, resource.properties, context):
            # What is made of something that is wrong is told where that is.
            if place := _place(step, fault.value, context):
                seen[_problem(step, place, fault, resource.kind.made_by)] = None
    return seen


def _faults(integration: str, request: Any, context: BuildContext) -> Iterator[Fault]:
    for fault in api.faults(integration, request, _known(context)):
        # The path of a file that is shipped stands for an address.
        if fault.rule != "pattern" or fault.value not in context.defaults.values():
            yield fault


def _problem(
    step: ResolvedStep, place: tuple[Any, ...], fault: Fault, integration: str
) -> Problem:
    against = _against(fault, api.operation(integration))
    text = f"{_about(fault)} of step '{step.name}' {against}"
    return step.problem(place, text, _hint(fault))


def _known(context: BuildContext) -> api.Known:
    def known(key: str, value: Any) -> Any:
        if not isinstance(value, str):
            return value
        if key.endswith(".$"):
            return _default(value, context)
        if token := _TOKEN.fullmatch(value):
            setting = context.substitutions.get(token[1])
            if isinstance(setting, Setting) and setting.scope != "value":
                return setting.default
            return UNKNOWN
        return UNKNOWN if "${" in value else value

    return known


def _default(expression: str, context: BuildContext) -> Any:
    """What an execution has at a path that nobody gave a value."""
    found = _PARAMETER.fullmatch(expression)
    value = context.defaults.get(found[1], MISSING) if found else MISSING
    return UNKNOWN if value in (MISSING, None) else value


def _about(fault: Fault) -> str:
    member = ".".join(map(str, fault.path))
    if isinstance(fault.value, str) and len(fault.value) <= _SHOWN:
        return f"'{fault.value}' as {member}"
    return member


def _against(fault: Fault, operation: str) -> str:
    if fault.rule == "enum":
        return f"is none that {operation} takes"
    if fault.rule == "pattern":
        return f"does not match {fault.limit}, which {operation} asks for"
    most = "at most" if fault.rule == "max" else "at least"
    if isinstance(fault.value, (int, float)):
        return f"is {fault.size}; {operation} takes {most} {fault.limit}"
    unit = "characters" if isinstance(fault.value, str) else "entries"
    return f"has {fault.size} {unit}; {operation} takes {most} {fault.limit}"


def _hint(fault: Fault) -> str:
    return did_you_mean(fault.value, fault.limit) if fault.rule == "enum" else ""


def _place(step: ResolvedStep, value: Any, context: BuildContext) -> tuple[Any, ...]:
    """Where a step says a value: in an input, by reference too, or in a field."""
    for name, port in step.inputs.items():
        said = port.value.literal
        if not port.value.is_literal:
            said = _default(port.value.expression, context)
        if _same(said, value):
            return ("inputs", name)
    return _in(step.fields, value, ()) or ()


def _in(data: Any, value: Any, path: tuple[Any, ...]) -> tuple[Any, ...] | None:
    if isinstance(data, Mapping):
        items: Iterable[tuple[Any, Any]] = data.items()
    elif isinstance(data, (list, tuple)):
        items = enumerate(data)
    else:
        said = data.literal if isinstance(data, Value) else data
        return path if _same(said, value) else None
    found = (_in(item, value, (*path, key)) for key, item in items)
    return next((place for place in found if place is not None), None)


def _same(said: Any, value: Any) -> bool:
    return type(said) is type(value) and bool(said == value)
