"""Loops without a way out, and loops in which no step takes time."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from mlmax_pipelines.base.errors import Problem
from mlmax_pipelines.spec.flow import EXIT, FIRST, Chain
from mlmax_pipelines.spec.graph import components, reachable, reverse
from mlmax_pipelines.spec.model import Pipeline

_SHOWN = 6


def check(pipeline: Pipeline, chains: Sequence[Chain]) -> Iterator[Problem]:
    for chain in chains:
        yield from _loops(chain)


def _loops(chain: Chain) -> Iterator[Problem]:
    ends = [EXIT, *(n for n in chain.nodes.values() if _is_end(chain, n))]
    leaves = reachable(reverse(chain.graph), ends)
    stuck = [not found for found in leaves]
    for loop in _cycles(chain, stuck):
        hint = "let a choice lead out of it, or end one of its steps (end: true)"
        yield _loop_problem(chain, loop, "endless loop, no way to an end", hint)
    spins = [
        FIRST <= node < FIRST + len(chain.flows)
        and leaves[node]
        and not chain.flows[node - FIRST].takes_time
        for node in range(len(chain.graph))
    ]
    for loop in _cycles(chain, spins):
        hint = "put a wait step or a job into it"
        yield _loop_problem(chain, loop, "endless loop without a wait", hint)


def _is_end(chain: Chain, node: int) -> bool:
    return chain.flows[node - FIRST].type == "fail"


def _cycles(chain: Chain, allowed: Sequence[bool]) -> Iterator[list[int]]:
    """The loops among the allowed nodes, each as its steps in file order."""
    graph = [
        [successor for successor in successors if allowed[successor]]
        if allowed[node]
        else []
        for node, successors in enumerate(chain.graph)
    ]
    loops: dict[int, list[int]] = {}
    for node, component in enumerate(components(graph)):
        loops.setdefault(component, []).append(node)
    for nodes in loops.values():
        if len(nodes) > 1 or nodes[0] in graph[nodes[0]]:
            yield [node for node in nodes if node < FIRST + len(chain.flows)]


def _loop_problem(chain: Chain, loop: list[int], what: str, hint: str) -> Problem:
    names = [f"'{chain.name_of(node)}'" for node in loop[:_SHOWN]]
    more = f" and {len(loop) - _SHOWN} more" if len(loop) > _SHOWN else ""
    step = chain.flows[loop[0] - FIRST].step
    message = f"{what}: {', '.join(names)}{more}"
    return step.document.problem(message, step.path, hint, key=True)
