"""What is wrong with a pipeline as a whole: one file for each check, found by walking.

A file has `check(pipeline, chains)`: every problem of its kind, each with its place.
What comes in: a pipeline whose form is right, and its steps as graphs. What goes out:
every problem, in line order, and the facts on order that references are checked with.
Never: a reference followed. Linear in the number of steps.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from functools import cache
from importlib import import_module
from pathlib import Path

from mlmax_pipelines.base.errors import Problem
from mlmax_pipelines.spec.fields import in_order
from mlmax_pipelines.spec.flow import Chain, FindModule, chains_of
from mlmax_pipelines.spec.model import Pipeline
from mlmax_pipelines.spec.order import OrderFacts

Check = Callable[[Pipeline, Sequence[Chain]], Iterable[Problem]]


def check_flow(
    pipeline: Pipeline, find_module: FindModule
) -> tuple[OrderFacts, list[Problem]]:
    """The order of the steps, and every problem of their flow.

    The facts hold as if each wrong target were the nearest name, so that one slip is
    one problem.
    """
    chains = chains_of(pipeline, find_module)
    facts = OrderFacts(chains)
    return facts, in_order(p for check in _checks() for p in check(pipeline, chains))


@cache
def _checks() -> Sequence[Check]:
    files = sorted(Path(__file__).parent.glob("[!_]*.py"))
    return [import_module(f"{__name__}.{file.stem}").check for file in files]
