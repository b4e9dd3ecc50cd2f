"""Choices that do not say where they go when no condition holds.

Going on to the step below would turn a gate off when a line is forgotten.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from mlmax_pipelines.base.errors import Problem
from mlmax_pipelines.spec.flow import Chain, StepFlow
from mlmax_pipelines.spec.model import Pipeline


def check(pipeline: Pipeline, chains: Sequence[Chain]) -> Iterator[Problem]:
    for flow in (flow for chain in chains for flow in chain.flows):
        if flow.type == "choice" and flow.falls_through and not _is_written(flow):
            step = flow.step
            message = f"choice step '{step.name}' has no 'default'"
            hint = "name the step it goes to when no condition holds: default: STEP"
            yield step.document.problem(message, step.path, hint, key=True)


def _is_written(flow: StepFlow) -> bool:
    """Whether it has one of no use, which is a problem already."""
    step = flow.step
    return step.document.has(step.at("default"))
