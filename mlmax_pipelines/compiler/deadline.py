"""How long an execution may take at most: what it waits for, tries again, and runs.

What comes in: a definition and its states. What goes out: seconds; or a warning, where
nothing bounds them. Never: less than an execution can take that nothing is wrong with.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

from mlmax_pipelines.base.slots import TAKE
from mlmax_pipelines.compiled import CompiledState, Job
from mlmax_pipelines.compiler.heaviest import (
    Scale,
    State,
    Unbounded,
    attempts,
    heaviest,
)
from mlmax_pipelines.steps.registry import find

# A call of an API, with the tries of whoever makes it.
_CALL = 60
# Until a job has its machines, its image and its data, and has put away what it made.
_AROUND = 3_600
# All states that take no time together.
_OTHERS = 60
_TOKEN = ".waitForTaskToken"


def seconds(
    definition: State,
    states: Iterable[CompiledState],
    parts: Mapping[str, int],
    tries: bool = True,
) -> int:
    """The longest that an execution may take, or that one may in which nothing is tried
    twice; `parts` are those of the machines that it starts, by what its requests call
    them. Raises Unbounded."""
    jobs = {state.name: state for state in states}

    def visit(name: str, state: State) -> float:
        if state["Type"] == "Wait":
            return _waits(name, state)
        if state["Type"] != "Task" or name == TAKE:
            return 0  # what it waits for a slot comes on top of any limit
        job = jobs[name].job if name in jobs else None
        once = state.get("TimeoutSeconds") or _once(name, state, job, parts)
        full, few, waiting = attempts(state if tries else {}, early(job))
        return once * (1 + full) + few * min(once, _CALL) + waiting

    return int(heaviest(definition, Scale(visit, rounds(jobs)))) + _OTHERS


def rounds(states: Mapping[str, CompiledState]) -> Callable[[Sequence[str]], int]:
    """How often the states of one step may be gone through, if its type says so."""

    def count(names: Sequence[str]) -> int:
        found = {(states[n].step, states[n].step_type) for n in names if n in states}
        if len(found) != 1:
            return 0
        step_type = find(next(iter(found))[1])
        most = step_type.rounds if step_type else 1
        return most if most > 1 else 0

    return count


def runtime(job: Job, request: Mapping[str, Any], least: bool = False) -> int | None:
    """The seconds that a job may take, or with `least` those that it may run of them;
    None where nobody says."""
    found = []
    for path in job.kind.runtime:
        value: Any = request
        for key in path:
            value = value.get(key) if isinstance(value, Mapping) else None
        if isinstance(value, int):
            found.append(value)
    if not found:
        return job.kind.longest or None
    return min(found) if least else found[0]


def _once(name: str, state: State, job: Job | None, parts: Mapping[str, int]) -> int:
    request = state.get("Parameters", {})
    if (machine := request.get("StateMachineArn")) in parts:
        return parts[machine]
    if job is None or job.pattern == _TOKEN or "TimeoutSecondsPath" in state:
        raise Unbounded(name, "waits for an answer")
    if not job.pattern:
        return job.kind.longest or _CALL
    runs = runtime(job, request)
    if runs is None:
        raise Unbounded(name, "may run for any time")
    return runs + _AROUND


def _waits(name: str, state: State) -> int:
    if isinstance(state.get("Seconds"), int):
        return int(state["Seconds"])
    raise Unbounded(name, "waits for a time that only its execution knows")


def early(job: Job | None) -> tuple[str, ...]:
    """Errors of asking for a job, before anything was done."""
    if job is None:
        return ()
    own = (one for group in job.kind.retries for one in group)
    return (*own, *job.kind.scarce, *job.kind.vague)
