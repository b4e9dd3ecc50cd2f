"""The heaviest path through a definition: how long an execution may take, or cost.

What comes in: a definition, what one visit of a state weighs. What goes out: the weight
of the heaviest path, retries included. Never: a guess; where nobody can say, it says
which state that is about, and why.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from mlmax_pipelines.asl.walk import nested_machines
from mlmax_pipelines.spec.graph import components

State = Mapping[str, Any]
# "Handling errors in Step Functions workflows": what a retrier does unless told.
_ATTEMPTS, _INTERVAL, _BACKOFF = 3, 1, 2.0


class Unbounded(Exception):
    """No path is the heaviest: `state` may weigh anything, and `why` says so."""

    def __init__(self, state: str, why: str) -> None:
        super().__init__(f"{state} {why}")
        self.state, self.why = state, why


@dataclass(frozen=True)
class Scale:
    """`visit` weighs one visit of a state that holds no others, its retries included.
    `rounds` is how often states that lead to each other may be gone through, 0 where
    nobody says. With `adds`, what happens at the same time weighs as much as all of it
    together, else as the heaviest of it."""

    visit: Callable[[str, State], float]
    rounds: Callable[[Sequence[str]], int]
    adds: bool = False


def heaviest(definition: State, scale: Scale) -> float:
    """The weight of the heaviest path. Raises Unbounded."""
    states: Mapping[str, State] = definition["States"]
    names = list(states)
    index = {name: number for number, name in enumerate(names)}
    graph = [[index[after] for after in successors(states[name])] for name in names]
    of = components(graph)
    members: dict[int, list[int]] = {}
    for node, component in enumerate(of):
        members.setdefault(component, []).append(node)
    weights = {
        component: _weight([names[node] for node in nodes], nodes, graph, states, scale)
        for component, nodes in members.items()
    }
    best: dict[int, float] = {}
    for component in sorted(members):  # what comes after one has a smaller number
        after = {of[to] for node in members[component] for to in graph[node]}
        rest = max((best[to] for to in after - {component}), default=0)
        best[component] = weights[component] + rest
    return best[of[index[definition["StartAt"]]]]


def successors(state: State) -> Iterator[str]:
    """The states that one may lead to, in its machine."""
    choices = (*state.get("Choices", ()), *state.get("Catch", ()), state)
    yield from (one["Next"] for one in choices if "Next" in one)
    if "Default" in state:
        yield state["Default"]


def attempts(state: State, cheap: Iterable[str] = ()) -> tuple[int, int, float]:
    """How often a state may be tried again in full, and for errors that are `cheap`:
    that come before anything is done; and the seconds between all of that."""
    known, full, few, waiting = set(cheap), 0, 0, 0.0
    for retrier in state.get("Retry", ()):
        count = retrier.get("MaxAttempts", _ATTEMPTS)
        if known.issuperset(retrier["ErrorEquals"]):
            few += count
        else:
            full += count
        delay = float(retrier.get("IntervalSeconds", _INTERVAL))
        for _ in range(count):
            waiting += min(delay, retrier.get("MaxDelaySeconds", delay))
            # No execution takes longer than a year: nor does this.
            delay = min(delay * retrier.get("BackoffRate", _BACKOFF), 4e7)
    return full, few, waiting


def _weight(
    names: Sequence[str],
    nodes: Sequence[int],
    graph: Sequence[Sequence[int]],
    states: Mapping[str, State],
    scale: Scale,
) -> float:
    """Of states that lead to each other, or of a single one."""
    total = sum(_visit(name, states[name], states, scale) for name in names)
    if len(nodes) == 1 and nodes[0] not in graph[nodes[0]]:
        return total
    rounds = scale.rounds(names)
    if total and not rounds:
        raise Unbounded(names[0], "is in a loop")
    return total * rounds


def _visit(name: str, state: State, states: Mapping[str, State], scale: Scale) -> float:
    inner = [heaviest(machine, scale) for _, machine in nested_machines(state)]
    if not inner:
        return scale.visit(name, state)
    if state["Type"] == "Map":
        (one,) = inner
        total = one * _items(name, state, states, scale) if one else 0
    else:
        total = sum(inner) if scale.adds else max(inner)
    full, few, waiting = attempts(state)
    return total * (1 + full + few) + (0 if scale.adds else waiting)


def _items(name: str, state: State, states: Mapping[str, State], scale: Scale) -> int:
    """How often a map's steps are gone through one after the other, or in all."""
    for other in states.values():
        place = f"{other.get('ResultPath')}.items"
        listed = other.get("Parameters", {}).get("items")
        if place == state.get("ItemsPath") and isinstance(listed, list):
            abreast = state.get("MaxConcurrency") or len(listed) or 1
            return len(listed) if scale.adds else -(-len(listed) // abreast)
    raise Unbounded(name, "is a map over a list of unknown length")
