"""A pipeline whose steps are built: what the passes are given, and hand on.

What comes in: resolved steps and the states made of them. What goes out: frozen
objects. Never: a definition as text, a quota.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass

from mlmax_pipelines.base.errors import Problem
from mlmax_pipelines.compiled import CompiledState, Part
from mlmax_pipelines.resolve.resolver import ResolvedPipeline
from mlmax_pipelines.steps.context import BuildContext
from mlmax_pipelines.steps.contract import Draft, ResolvedStep
from mlmax_pipelines.steps.sdk import State


@dataclass(frozen=True)
class BuiltStep:
    """The states of one step; the first is the one others go to."""

    step: ResolvedStep
    drafts: tuple[Draft, ...]

    @property
    def entry(self) -> State:
        return self.drafts[0].state


@dataclass(frozen=True)
class Built:
    """`chain` are the linked states of the outermost chain, `states` the records of
    all, those in branches and parts included. `events` is the length of the shortest
    history. With `problems` it goes no further; `warnings` it takes along."""

    pipeline: ResolvedPipeline
    context: BuildContext
    steps: tuple[BuiltStep, ...]
    chain: tuple[State, ...]
    states: tuple[CompiledState, ...]
    parts: tuple[Part, ...] = ()
    events: int = 0
    problems: tuple[Problem, ...] = ()
    warnings: tuple[Problem, ...] = ()


# One thing done to a built pipeline, such as states put in front of its first one.
Pass = Callable[[Built], Built]


def records(
    drafts: Iterable[Draft], step_type: str, step: ResolvedStep | None = None
) -> list[CompiledState]:
    """What is handed over of these states; no `step` made them when a pass did."""
    return [
        CompiledState(
            name=draft.state.state_id,
            type=draft.state.state_type,
            step=step.name if step else "",
            step_type=step_type,
            where=step.where if step else None,
            job=draft.job,
            execution_role=draft.execution_role,
            job_role=draft.job_role,
            limits=draft.limits,
            secrets=tuple(one.variable for one in step.secrets) if step else (),
        )
        for draft in drafts
    ]


def every(drafts: Iterable[Draft]) -> Iterator[Draft]:
    """The drafts, and behind each the ones inside it."""
    for draft in drafts:
        yield draft
        yield from draft.inside


def states_of(built: Sequence[BuiltStep]) -> Iterable[State]:
    return (draft.state for one in built for draft in one.drafts)
