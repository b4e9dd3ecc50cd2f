"""What is wrong with a pipeline as a whole: where its steps lead.

What comes in: a pipeline whose form is right, and the modules of its steps. What goes
out: every problem of its flow, and the facts on order that references are checked
with. Never: a reference followed. Linear in the number of steps.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from mlmax_pipelines.base.errors import Problem
from mlmax_pipelines.base.hints import did_you_mean
from mlmax_pipelines.spec.fields import in_order
from mlmax_pipelines.spec.flow import EXIT, FIRST, Chain, FindModule, chains_of
from mlmax_pipelines.spec.graph import components, reachable, reverse
from mlmax_pipelines.spec.model import Pipeline
from mlmax_pipelines.spec.order import OrderFacts

__all__ = ["FindModule", "OrderFacts", "check_flow"]

_SHOWN = 6


def check_flow(
    pipeline: Pipeline, find_module: FindModule
) -> tuple[OrderFacts, list[Problem]]:
    """The order of the steps, and every problem of their flow in line order.

    Targets that no step has, steps nothing leads to, loops without a way out, loops
    in which no step takes time. The facts hold as if each wrong target were the
    nearest name, so that one slip is one problem.
    """
    chains = chains_of(pipeline, find_module)
    facts = OrderFacts(chains)
    homes = {name: chain for chain in chains for name in chain.nodes}
    problems = [
        problem
        for chain in chains
        for problem in (
            *_dangling(chain, homes),
            *_unreached(chain),
            *_loops(chain),
        )
    ]
    return facts, in_order(problems)


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


def _unreached(chain: Chain) -> Iterator[Problem]:
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
