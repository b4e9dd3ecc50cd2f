"""A definition -> the graph a person has in mind: steps, branches, catches.

What comes in: a definition, and for each of its states the step that made it. What
goes out: frozen nodes and edges; what a Parallel or Map state contains is a graph of
its own inside its node. Never: anything about sizes, places or colours.

Unless every state is asked for, states that the compiler added to a step are folded
into that step's node, and those that belong to no step are left out.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Iterator, Mapping, Sequence

from mlmax_pipelines.asl.walk import nested_machines, walk_states
from mlmax_pipelines.compiled import CompiledState
from mlmax_pipelines.drawing.conditions import words

NEXT, CHOICE, CATCH = "next", "choice", "catch"
_ALL = ("States.ALL",)


@dataclass(frozen=True)
class Edge:
    """`kind` is next, choice (with the condition as label) or catch."""

    source: str
    target: str
    kind: str = NEXT
    label: str = ""


@dataclass(frozen=True)
class Node:
    """One state or step. `type` is the ASL type, `note` a word on what it does;
    `states` are the states it stands for; `ends` when the machine may end after it."""

    id: str
    type: str
    note: str = ""
    ends: bool = False
    branches: tuple[Graph, ...] = ()
    states: tuple[str, ...] = ()

    def walk(self) -> Iterator[Node]:
        """This node and every node inside it."""
        yield self
        for branch in self.branches:
            yield from branch.walk()


@dataclass(frozen=True)
class Graph:
    """One machine: nodes in the order of the definition, the first being `start`."""

    start: str
    nodes: tuple[Node, ...]
    edges: tuple[Edge, ...]

    def walk(self) -> Iterator[Node]:
        for node in self.nodes:
            yield from node.walk()


def read(
    definition: Mapping[str, Any],
    states: Sequence[CompiledState] = (),
    every_state: bool = False,
) -> Graph:
    """The graph of a definition; without `states` every state stands for itself."""
    known = {state.name: state for state in states}
    return _graph(definition, known, every_state)


def _graph(
    machine: Mapping[str, Any], known: Mapping[str, CompiledState], every: bool
) -> Graph:
    states: Mapping[str, Any] = machine["States"]
    owners = {name: name for name in states} if every else _owners(states, known)
    landing = _landings(states, owners)
    start = landing[machine["StartAt"]]
    members: dict[str, list[str]] = {start: []} if start else {}
    for name in states:
        if owners[name]:
            members.setdefault(owners[name], []).append(name)
    nodes = [
        _node(owner, group, states, landing, known, every)
        for owner, group in members.items()
    ]
    return Graph(start, tuple(nodes), tuple(_edges(states, owners, landing)))


def _owners(
    states: Mapping[str, Any], known: Mapping[str, CompiledState]
) -> dict[str, str]:
    """For each state the one that stands for it; "" for one to be left out.

    What belongs to no step is left out unless a step leads to it.
    """
    steps = {name: known[name].step if name in known else name for name in states}
    firsts: dict[str, str] = {}
    wanted: set[str] = set()
    for name, step in steps.items():
        if name == step or step not in firsts:
            firsts[step] = name
        if step:
            wanted.update(target for _, _, target in _exits(states[name]))
    return {
        name: firsts[step] if step else name if name in wanted else ""
        for name, step in steps.items()
    }


def _landings(states: Mapping[str, Any], owners: Mapping[str, str]) -> dict[str, str]:
    """For each state the node an edge to it ends in; "" when the machine ends."""
    landing: dict[str, str] = {}
    for name in states:
        trail = []
        here = name
        while here in owners and here not in landing and not owners[here]:
            trail.append(here)
            here = str(states[here].get("Next", states[here].get("Default", "")))
        target = landing.get(here, owners.get(here, ""))
        landing.update(dict.fromkeys([*trail, name], target))
    return landing


def _node(
    owner: str,
    group: Sequence[str],
    states: Mapping[str, Any],
    landing: Mapping[str, str],
    known: Mapping[str, CompiledState],
    every: bool,
) -> Node:
    state = states[owner]
    return Node(
        id=owner,
        type=str(state["Type"]),
        note=_note(state, known.get(owner)),
        ends=any(_ends(states[name], landing) for name in group),
        branches=tuple(
            _graph(inner, known, every) for _, inner in nested_machines(state)
        ),
        states=tuple(n for name in group for n in _own(name, states[name], known)),
    )


def _own(
    name: str, state: Mapping[str, Any], known: Mapping[str, CompiledState]
) -> Iterator[str]:
    """A state, and those inside it that belong to the same step."""
    yield name
    step = known[name].step if name in known else name
    for found in walk_states({"States": {name: state}}):
        if found.name != name and found.name in known:
            if known[found.name].step == step:
                yield found.name


def _ends(state: Mapping[str, Any], landing: Mapping[str, str]) -> bool:
    if state.get("End"):
        return True
    return any(not landing.get(target, "") for _, _, target in _exits(state))


def _note(state: Mapping[str, Any], compiled: CompiledState | None) -> str:
    type = compiled.step_type if compiled and compiled.step_type else str(state["Type"])
    about = type.replace("_", " ").lower()
    if state["Type"] == "Wait" and "Seconds" in state:
        return f"{about} {state['Seconds']} s"
    if state["Type"] == "Map" and state.get("MaxConcurrency"):
        return f"{about}, at most {state['MaxConcurrency']} at a time"
    return about


def _edges(
    states: Mapping[str, Any], owners: Mapping[str, str], landing: Mapping[str, str]
) -> Iterator[Edge]:
    seen = set()
    for name, state in states.items():
        source = owners[name]
        for kind, label, target in _exits(state):
            edge = Edge(source, landing.get(target, ""), kind, label)
            inside = source == edge.target and target != name
            if source and edge.target and not inside and edge not in seen:
                seen.add(edge)
                yield edge


def _exits(state: Mapping[str, Any]) -> Iterator[tuple[str, str, str]]:
    if "Next" in state:
        yield NEXT, "", state["Next"]
    for rule in state.get("Choices", ()):
        yield CHOICE, words(rule), rule["Next"]
    if "Default" in state:
        yield CHOICE, "otherwise", state["Default"]
    for catcher in state.get("Catch", ()):
        errors = tuple(catcher["ErrorEquals"])
        label = "" if errors == _ALL else ", ".join(errors)
        yield CATCH, label, catcher["Next"]
