"""Which step types there are: the built-in ones, and those of installed packages.

A package adds one with an entry point in the group `mlmax_pipelines.steps` that names
a `StepType` object.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from importlib import import_module

from mlmax_pipelines.steps.base import StepType

ENTRY_POINTS = "mlmax_pipelines.steps"
_BUILT_IN = (
    "processing",
    "training",
    "batch_inference",
    "register_model",
    "latest_model",
    "lambda_",
    "choice",
    "parallel",
    "map",
    "wait",
    "pass_",
    "succeed",
    "fail",
)


@cache
def step_types() -> Mapping[str, StepType]:
    """Every step type that ships with the product, by kind."""
    modules = [import_module(f"{__package__}.types.{name}") for name in _BUILT_IN]
    return {module.TYPE.kind: module.TYPE for module in modules}


@cache
def all_step_types() -> Mapping[str, StepType]:
    """The built-in step types and the installed ones; built-in kinds cannot change."""
    from importlib.metadata import entry_points

    found = {entry.name: entry.load() for entry in entry_points(group=ENTRY_POINTS)}
    return {**found, **step_types()}


def find(kind: str) -> StepType | None:
    """The step type of this kind; installed packages are asked for unknown ones."""
    return step_types().get(kind) or all_step_types().get(kind)
