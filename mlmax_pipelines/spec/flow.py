"""Where each step goes: the chains of a pipeline as graphs.

What comes in: a pipeline, and the modules of its steps. What goes out: one Chain for
the pipeline and one for each branch and map. Never: a judgement; `checks` says what
is wrong with them, `order` what runs before what.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from mlmax_pipelines.base.errors import Problem
from mlmax_pipelines.base.hints import nearest
from mlmax_pipelines.spec.model import Module, Path, Pipeline, Step
from mlmax_pipelines.steps.registry import find
from mlmax_pipelines.yaml.document import Document

FindModule = Callable[[Step], tuple[Module | None, Problem | None]]

EXIT = 1  # the node after a chain's last steps; node 0 is where it begins
FIRST = 2


@dataclass(frozen=True)
class Edge:
    """A way from a step to the one it names, and where that is written."""

    target: str
    document: Document
    path: Path


@dataclass(frozen=True)
class StepFlow:
    """A step as a place in a chain.

    `ways` are the edges it names itself, `catches` those for errors. `fails` ends
    the execution; `takes_time` says that a loop through it does not spin.
    """

    step: Step
    type: str
    ways: tuple[Edge, ...]
    catches: tuple[Edge, ...]
    falls_through: bool
    exits: bool
    takes_time: bool


@dataclass
class Chain:
    """Steps that follow one another. `container` is the step around them, or "".

    `graph` has node 0 (begin), EXIT, and from FIRST on one node per step; a step with
    catches has two more, for having succeeded and for having failed: what comes after a
    caught error must not count on its outputs. `ready` is the first of these, else the
    step's own; `failed` the second.
    """

    flows: list[StepFlow]
    container: str = ""
    in_map: bool = False
    nodes: dict[str, int] = field(default_factory=dict)
    ready: dict[str, int] = field(default_factory=dict)
    failed: dict[str, int] = field(default_factory=dict)
    graph: list[list[int]] = field(default_factory=list)
    dangling: list[tuple[Edge, str]] = field(default_factory=list)

    def name_of(self, node: int) -> str:
        return self.flows[node - FIRST].step.name


def chains_of(pipeline: Pipeline, find_module: FindModule) -> list[Chain]:
    """Every chain of the pipeline, the outermost first."""
    waiting = [(pipeline.steps, "", False)]
    chains = []
    while waiting:
        steps, container, in_map = waiting.pop()
        if not steps:
            continue
        flows = [_flow(step, find_module) for step in steps.values()]
        chain = Chain(flows, container, in_map)
        _link(chain)
        chains.append(chain)
        for step in steps.values():
            waiting += [(branch, step.name, False) for branch in step.branches]
            waiting.append((step.iterator, step.name, True))
    return chains


def _flow(step: Step, find_module: FindModule) -> StepFlow:
    module = find_module(step)[0] if step.module else None
    type = step.type or (module.type if module else "")
    ways = tuple(_ways(step, module))
    return StepFlow(
        step=step,
        type=type,
        ways=ways,
        catches=tuple(
            Edge(catch.next, step.document, (*catch.path, "next"))
            for catch in step.catch or ()
        ),
        falls_through=type not in ("succeed", "fail")
        and not step.end
        and not step.next
        and "default" not in _fields(step, module),
        exits=type == "succeed" or step.end,
        takes_time=_takes_time(step, type),
    )


def _fields(step: Step, module: Module | None) -> Mapping[str, Any]:
    return {**module.fields, **step.fields} if module else step.fields


def _ways(step: Step, module: Module | None) -> Iterator[Edge]:
    fields = _fields(step, module)
    for index, choice in enumerate(fields.get("choices", ())):
        if "next" in choice:
            at = _at(step, module, "choices", index, "next")
            yield Edge(choice["next"], *at)
    if "default" in fields:
        yield Edge(fields["default"], *_at(step, module, "default"))
    elif step.next:
        yield Edge(step.next, step.document, step.at("next"))


def _at(step: Step, module: Module | None, *path: Any) -> tuple[Document, Path]:
    """Where a field stands: in the step, or else in its module."""
    if module is None or path[0] in step.fields:
        return step.document, step.at(*path)
    return module.document, module.at(*path)


def _takes_time(step: Step, type: str) -> bool:
    """Jobs and waits do, and so do steps with such steps inside."""
    step_type = find(type) if type else None
    if step_type is None or step_type.is_job or type == "wait":
        return True
    inner = (s for chain in (*step.branches, step.iterator) for s in chain.values())
    return any(_takes_time(one, one.type) for one in inner)


def _link(chain: Chain) -> None:
    names = [flow.step.name for flow in chain.flows]
    chain.nodes = {name: node for node, name in enumerate(names, FIRST)}
    chain.graph = [[FIRST], [], *([] for _ in names)]
    for position, flow in enumerate(chain.flows):
        node = ready = chain.nodes[flow.step.name]
        below = node + 1 if position + 1 < len(names) else EXIT
        if flow.catches:
            ready, failed = len(chain.graph), len(chain.graph) + 1
            chain.failed[flow.step.name] = failed
            chain.graph[node] += [ready, failed]
            chain.graph += [[], [*_targets(chain, flow.catches, below)]]
        chain.ready[flow.step.name] = ready
        chain.graph[ready] += _targets(chain, flow.ways, below)
        if flow.exits or (flow.falls_through and below == EXIT and not flow.ways):
            chain.graph[ready].append(EXIT)
        elif flow.falls_through and below != EXIT:
            chain.graph[ready].append(below)


def _targets(chain: Chain, edges: tuple[Edge, ...], below: int) -> Iterator[int]:
    """The nodes that edges lead to. One that leads nowhere is noted, and taken for
    the nearest name (or the step below), so that it is reported only once."""
    for edge in edges:
        node = chain.nodes.get(edge.target)
        if node is None:
            meant = nearest(edge.target, chain.nodes)
            chain.dangling.append((edge, meant))
            node = chain.nodes.get(meant, below)
        yield node
