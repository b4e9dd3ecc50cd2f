"""Targets that no step has."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from mlmax_pipelines.base.errors import Problem
from mlmax_pipelines.base.hints import did_you_mean
from mlmax_pipelines.spec.flow import Chain
from mlmax_pipelines.spec.model import Pipeline


def check(pipeline: Pipeline, chains: Sequence[Chain]) -> Iterator[Problem]:
    homes = {name: chain for chain in chains for name in chain.nodes}
    for chain in chains:
        yield from _dangling(chain, homes)


def _dangling(chain: Chain, homes: dict[str, Chain]) -> Iterator[Problem]:
    for edge, meant in chain.dangling:
        message = f"unknown step '{edge.target}'"
        hint = f"did you mean '{meant}'?" if meant else ""
        if edge.target in homes:
            message = f"step '{edge.target}' cannot be reached from here"
            hint = "a step goes on inside its own branch, map or pipeline only"
        elif not meant:
            hint = did_you_mean(edge.target, chain.nodes, "steps")
        yield edge.document.problem(message, edge.path, hint)
