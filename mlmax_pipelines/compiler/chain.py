"""Steps -> one chain of linked states, as a definition.

What comes in: resolved steps in the order of the spec. What goes out: the definition
of the chain, and for every state what it came from and what it needs. Never: a file,
a reference, a quota.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence, Set
from typing import Any

from mlmax_pipelines.base.errors import PipelineError
from mlmax_pipelines.base.literals import written
from mlmax_pipelines.compiled import CompiledState
from mlmax_pipelines.compiler.built import BuiltStep, every, records, states_of
from mlmax_pipelines.compiler.requests import problems
from mlmax_pipelines.steps import retries, sdk
from mlmax_pipelines.steps.context import BuildContext
from mlmax_pipelines.steps.contract import (
    EXECUTION_ROLE,
    JOB_ROLE,
    Draft,
    ResolvedStep,
    StepType,
)
from mlmax_pipelines.steps.outputs import DROPPED
from mlmax_pipelines.steps.registry import find

_TASKS = ("Task", "Parallel", "Map")


class Builder:
    """Builds the chains of one pipeline, nested ones included.

    `states` collects what every state came from, in the order they were built.
    """

    def __init__(
        self,
        pipeline: str,
        steps: Sequence[ResolvedStep],
        defaults: Mapping[str, Any],
    ) -> None:
        every = list(_all(steps))
        self.context = BuildContext(pipeline, self.definition, every, defaults)
        self.states: list[CompiledState] = []

    def definition(self, steps: Sequence[ResolvedStep]) -> dict[str, Any]:
        """The definition of a chain: a branch, a map's item, or a whole pipeline."""
        built = self.build(steps)
        link(built)
        return sdk.definition(built[0].entry.state_id, states_of(built))

    def build(self, steps: Sequence[ResolvedStep]) -> list[BuiltStep]:
        built = []
        for step in steps:
            step_type = find(step.type)
            assert step_type is not None, step.type
            before = set(self.context.resources)
            one = BuiltStep(step, tuple(step_type.build(step, self.context)))
            _check_jobs(step_type, one)
            _finish(one)
            _allow(step_type, one)
            self._judge(one, before)
            self.states += records(every(one.drafts), step.type, step)
            built.append(one)
        return built

    def _judge(self, one: BuiltStep, before: Set[str]) -> None:
        """What AWS would refuse of a step, and of what it has brought along."""
        resources = self.context.resources.items()
        brought = [found for name, found in resources if name not in before]
        self.context.problems += problems(
            one.step, every(one.drafts), brought, self.context
        )


def _check_jobs(step_type: StepType, one: BuiltStep) -> None:
    for job in (draft.job for draft in every(one.drafts) if draft.job):
        if job.kind not in step_type.jobs:
            text = f"type '{step_type.type}' starts '{job.integration}' undeclared"
            raise PipelineError(
                text, one.step.where, "name its kind in the type's jobs"
            )


def _allow(step_type: StepType, one: BuiltStep) -> None:
    """What the step's module allows goes to the role that does its work."""
    if not one.step.allowed:
        return
    if step_type.role == EXECUTION_ROLE:
        asking = next((draft for draft in one.drafts if draft.job), one.drafts[0])
        asking.execution_role += one.step.allowed
    elif step_type.role == JOB_ROLE:
        working = next(draft for draft in one.drafts if draft.job_role)
        working.job_role += one.step.allowed


def _finish(one: BuiltStep) -> None:
    """What every type of step has: a comment, and a limit of time for its tasks."""
    step = one.step
    for draft in one.drafts:
        if step.description and draft.state.state_id == step.name:
            sdk.describe(draft.state, written(step.description))
        if step.timeout_seconds and draft.state.state_type == "Task":
            sdk.limit_time(draft.state, step.timeout_seconds)


def _all(steps: Iterable[ResolvedStep]) -> Iterator[ResolvedStep]:
    for step in steps:
        yield step
        for branch in step.branches:
            yield from _all(branch)


def link(built: Sequence[BuiltStep]) -> None:
    """Join states: within a step in order, then to the step that follows."""
    targets = {state.state_id: state for state in states_of(built)}
    targets |= {one.step.name: one.entry for one in built}
    for index, one in enumerate(built):
        following = built[index + 1].entry if index + 1 < len(built) else None
        after = targets[one.step.next] if one.step.next else following
        _link_step(one, None if one.step.end else after, targets)


def _link_step(one: BuiltStep, after: Any, targets: dict[str, Any]) -> None:
    last = len(one.drafts) - 1
    for index, draft in enumerate(one.drafts):
        following = one.drafts[index + 1].state if index < last else after
        if draft.state.state_type == "Choice":
            _link_choice(draft, following, targets)
        elif draft.goes_on:
            draft.state.next_step = targets[draft.next] if draft.next else following
        if draft.state.state_type in _TASKS:
            if not draft.inside:
                retries.add(one.step, draft)
            if draft.may_fail:
                sdk.add_catch(
                    draft.state, ("States.ALL",), following, DROPPED["result_path"]
                )
                continue
            for catcher in one.step.catch:
                path = f"$.steps.{one.step.key}.error"
                target = targets[catcher.next]
                sdk.add_catch(draft.state, catcher.errors, target, path)


def _link_choice(draft: Draft, following: Any, targets: dict[str, Any]) -> None:
    for rule, name in draft.choices:
        draft.state.add_choice(rule, targets[name])
    default = targets[draft.default] if draft.default else following
    if default is not None:
        draft.state.default_choice(default)
