"""What one execution of a pipeline may take at most: time, machines, money.

What comes in: a compiled pipeline, an environment that may set its machines otherwise.
What goes out: instance-hours, or their price by a table of the user's. Never: a price
of its own; where nobody can say, it says why.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from mlmax_pipelines.compiled import CompiledPipeline, Job, Setting
from mlmax_pipelines.compiler.deadline import early, rounds, runtime
from mlmax_pipelines.compiler.heaviest import (
    Scale,
    State,
    Unbounded,
    attempts,
    heaviest,
)
from mlmax_pipelines.environment import Environment

_PLACEHOLDER = re.compile(r"\$\{(\w+)\}")
_SECONDS = 3_600
_PLAIN = Environment("", "local")


def instance_hours(
    pipeline: CompiledPipeline,
    environment: Environment = _PLAIN,
    prices: Mapping[str, float] | None = None,
) -> float:
    """The hours of all machines of the costliest execution, each of its attempts in
    full; with `prices` per hour and type, what they cost.

    Raises compiler.heaviest.Unbounded where nothing bounds it, and for a type that has
    no price.
    """
    jobs = {state.name: state for state in pipeline.states}

    def visit(name: str, state: State) -> float:
        request = state.get("Parameters", {})
        if (part := request.get("StateMachineArn")) in parts:
            return parts[part]
        job = jobs[name].job if name in jobs else None
        if job is None or not job.kind.machines:
            return 0
        machines = request
        for key in job.kind.machines:
            machines = machines[key]
        of = _Machines(name, machines, pipeline, environment)
        full, _, _ = attempts(state, early(job))
        hours = _runs(name, state, job) / _SECONDS * of.count * (1 + full)
        return hours if prices is None else hours * of.price(prices)

    scale = Scale(visit, rounds(jobs), adds=True)
    parts: dict[str, float] = {}
    for one in pipeline.parts:
        parts[f"${{{one.logical_id}Arn}}"] = heaviest(one.definition, scale)
    return heaviest(pipeline.definition, scale)


class _Machines:
    """The machines of one job, as an environment sets them."""

    def __init__(
        self,
        name: str,
        asked: Mapping[str, Any],
        pipeline: CompiledPipeline,
        environment: Environment,
    ) -> None:
        self._name, self._asked, self._pipeline = name, asked, pipeline
        self._steps = environment.steps.get(pipeline.name, {})

    @property
    def count(self) -> int:
        return int(self._value("InstanceCount"))

    def price(self, prices: Mapping[str, float]) -> float:
        type = str(self._value("InstanceType"))
        if type not in prices:
            raise Unbounded(self._name, f"runs on {type}, which has no price")
        return prices[type]

    def _value(self, key: str) -> Any:
        text = self._asked.get(key, self._asked.get(f"{key}.$"))
        named = _PLACEHOLDER.search(text) if isinstance(text, str) else None
        if named is None and key in self._asked:
            return text
        setting = self._pipeline.substitutions.get(named[1]) if named else None
        if not isinstance(setting, Setting):
            why = "has machines that only its execution knows"
            raise Unbounded(self._name, why)
        chosen = self._steps.get(setting.step, {})
        return chosen.get(setting.key, setting.default)


def _runs(name: str, state: State, job: Job) -> float:
    """Waiting for spot machines costs nothing: of two bounds the smaller one."""
    found = runtime(job, state["Parameters"], least=True)
    limit = state.get("TimeoutSeconds")
    known = [one for one in (found, limit) if isinstance(one, int)]
    if not known:
        raise Unbounded(name, "may run for any time")
    return min(known)
