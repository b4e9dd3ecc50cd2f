"""A graph -> a Mermaid flowchart, as GitHub and GitLab render it.

What comes in: a graph, and optionally the status of its nodes. What goes out: text.
Never: a user's text that Mermaid could take for its own syntax.
"""

from __future__ import annotations

import itertools
from typing import Iterator, Mapping

from mlmax_pipelines.drawing.model import CATCH, Edge, Graph, Node
from mlmax_pipelines.drawing.palette import CLUSTER, INK, PLAIN, STATUSES, TYPES

_SHAPES = {
    "Choice": ("{{", "}}"),
    "Fail": ("([", "])"),
    "Succeed": ("([", "])"),
}


def flowchart(
    graph: Graph,
    notes: Mapping[str, str] = {},
    statuses: Mapping[str, str] | None = None,
) -> str:
    """The flowchart's text; catch edges are dashed, clusters are subgraphs."""
    names = {node.id: f"n{number}" for number, node in enumerate(graph.walk())}
    numbers = itertools.count()
    rows = ["flowchart TD"]
    if graph.start:
        rows += ["    start(( ))", f"    start --> {names[graph.start]}"]
        rows.append("    class start s_dot")
    rows += _machine(graph, names, notes, numbers, "    ")
    rows += _ends(graph, names)
    rows += _classes(graph, names, statuses)
    return "\n".join(rows) + "\n"


def _machine(
    graph: Graph,
    names: Mapping[str, str],
    notes: Mapping[str, str],
    numbers: Iterator[int],
    margin: str,
) -> Iterator[str]:
    for node in graph.nodes:
        name, text = names[node.id], _words(node, notes)
        if not node.branches:
            left, right = _SHAPES.get(node.type, ("(", ")"))
            yield f'{margin}{name}{left}"{text}"{right}'
            continue
        yield f'{margin}subgraph {name}["{text.replace("<br/>", " · ")}"]'
        for branch in node.branches:
            yield from _branch(branch, names, notes, numbers, margin + "    ")
        yield f"{margin}end"
    for edge in graph.edges:
        yield f"{margin}{_arrow(edge, names)}"


def _branch(
    branch: Graph,
    names: Mapping[str, str],
    notes: Mapping[str, str],
    numbers: Iterator[int],
    margin: str,
) -> Iterator[str]:
    name = f"b{next(numbers)}"
    yield f'{margin}subgraph {name}[" "]'
    yield f"{margin}    direction TB"
    yield from _machine(branch, names, notes, numbers, margin + "    ")
    yield f"{margin}end"


def _words(node: Node, notes: Mapping[str, str]) -> str:
    parts = [_safe(node.id), _safe(node.note), _safe(notes.get(node.id, ""))]
    return "<br/>".join(part for part in parts if part)


def _arrow(edge: Edge, names: Mapping[str, str]) -> str:
    link = "-.->" if edge.kind == CATCH else "-->"
    label = f'|"{_safe(edge.label)}"|' if edge.label else ""
    return f"{names[edge.source]} {link}{label} {names[edge.target]}"


def _safe(text: str) -> str:
    """Everything but letters, digits and harmless signs as a numbered entity."""
    return "".join(c if c.isalnum() or c in " _-.,=%" else f"#{ord(c)};" for c in text)


def _ends(graph: Graph, names: Mapping[str, str]) -> Iterator[str]:
    last = [names[node.id] for node in graph.nodes if node.ends]
    if last:
        yield "    finish((( )))"
        yield "    class finish s_end"
        yield from (f"    {name} --> finish" for name in last)


def _classes(
    graph: Graph, names: Mapping[str, str], statuses: Mapping[str, str] | None
) -> Iterator[str]:
    yield f"    classDef s_dot fill:{INK},stroke:{INK},color:{INK}"
    yield f"    classDef s_end fill:#ffffff,stroke:{INK},stroke-width:2px"
    clusters = [node for node in graph.walk() if node.branches]
    if clusters:
        count = sum(len(node.branches) for node in clusters)
        members = [names[node.id] for node in clusters]
        fill, stroke = CLUSTER
        yield f"    classDef s_cluster fill:{fill},stroke:{stroke},color:{INK}"
        members += [f"b{number}" for number in range(count)]
        yield f"    class {','.join(members)} s_cluster"
    yield from _node_classes(graph, names, statuses)


def _node_classes(
    graph: Graph, names: Mapping[str, str], statuses: Mapping[str, str] | None
) -> Iterator[str]:
    groups: dict[str, list[str]] = {}
    for node in graph.walk():
        if node.branches:
            continue
        kind = node.type if statuses is None else statuses.get(node.id, "") or "none"
        groups.setdefault(kind.lower(), []).append(names[node.id])
    palette = TYPES if statuses is None else STATUSES
    colours = {key.lower() or "none": pair for key, pair in palette.items()}
    for kind, members in groups.items():
        fill, stroke = colours.get(kind, PLAIN)[:2]
        yield f"    classDef s_{kind} fill:{fill},stroke:{stroke},color:{INK}"
        yield f"    class {','.join(members)} s_{kind}"
