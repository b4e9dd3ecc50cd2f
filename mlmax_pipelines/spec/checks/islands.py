"""Steps that nothing leads to."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from mlmax_pipelines.base.errors import Problem
from mlmax_pipelines.spec.flow import FIRST, Chain
from mlmax_pipelines.spec.graph import reachable
from mlmax_pipelines.spec.model import Pipeline


def check(pipeline: Pipeline, chains: Sequence[Chain]) -> Iterator[Problem]:
    for chain in chains:
        yield from _unreached(chain)


def _unreached(chain: Chain) -> Iterator[Problem]:
    if any(flow.step.module and not flow.type for flow in chain.flows):
        return  # a module that cannot be read may be a choice, and lead anywhere
    reached = reachable(chain.graph, [0])
    for name, node in chain.nodes.items():
        if reached[node]:
            continue
        step = chain.flows[node - FIRST].step
        message = f"step '{name}' is never reached"
        hint = f"let a step go to it (next: {name}), or remove it"
        yield step.document.problem(message, step.path, hint, key=True)
        # What only follows it would be said twice.
        for other, found in enumerate(reachable(chain.graph, [node])):
            reached[other] = reached[other] or found
