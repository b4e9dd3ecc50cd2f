"""A graph -> lines for a terminal.

What comes in: a graph. What goes out: lines, a chain going down, branches indented
under what splits, and names instead of lines where ways join. Never: colour codes.
"""

from __future__ import annotations

from typing import Sequence

from mlmax_pipelines.drawing.model import CATCH, NEXT, Edge, Graph, Node

_DEEPEST = 8


def lines(graph: Graph) -> list[str]:
    """The lines of a graph, none with a line break at its end."""
    return ["● start", *_Writer(graph, ends=True).write()]


class _Writer:
    """Writes one machine; remembers what it has shown and what is still to come."""

    def __init__(self, graph: Graph, ends: bool, depth: int = 0) -> None:
        self._nodes = {node.id: node for node in graph.nodes}
        self._outs: dict[str, list[Edge]] = {node.id: [] for node in graph.nodes}
        sources: dict[str, set[str]] = {node.id: set() for node in graph.nodes}
        for edge in graph.edges:
            self._outs[edge.source].append(edge)
            sources[edge.target].add(edge.source)
        self._joins = {key for key, found in sources.items() if len(found) > 1}
        self._waiting = [graph.start, *self._nodes] if graph.start else []
        self._ends = ends
        self._first_depth = depth
        self._shown: set[str] = set()
        self._lines: list[str] = []

    def write(self) -> list[str]:
        """The chain from the start, then every part that nothing else leads into."""
        for number, key in enumerate(self._waiting):
            if key not in self._shown:
                self._lines += [""] if number else []
                self._chain(key, "", self._first_depth)
        return self._lines

    def _chain(self, key: str, prefix: str, depth: int) -> None:
        here: str | None = key
        while here is not None:
            self._shown.add(here)
            here = self._node(self._nodes[here], prefix, depth)

    def _node(self, node: Node, prefix: str, depth: int) -> str | None:
        """Write a node and what hangs on it; what to go on with."""
        outs = self._outs[node.id]
        ways = [edge for edge in outs if edge.kind not in (NEXT, CATCH)]
        after = [edge for edge in outs if edge.kind == NEXT]
        bar = "│" if after or ways or node.branches or self._dot(node) else " "
        self._lines.append(f"{prefix}{node.id}  ({node.note})")
        for edge in outs:
            if edge.kind == CATCH:
                label = edge.label or "on error"
                self._lines.append(f"{prefix}{bar}  ╌ {label} ╌> {self._see(edge)}")
        self._branches(node, prefix, bool(after or self._dot(node)), depth)
        self._ways(ways, prefix, depth)
        if not after:
            if self._dot(node):
                self._lines.append(f"{prefix}◉ end")
            return None
        return self._next(after[0], prefix, depth)

    def _dot(self, node: Node) -> bool:
        return node.ends and self._ends

    def _next(self, edge: Edge, prefix: str, depth: int) -> str | None:
        nested = depth > self._first_depth
        if edge.target in self._shown or (nested and edge.target in self._joins):
            self._lines.append(f"{prefix}└─> {self._see(edge)}")
            return None
        self._lines.append(f"{prefix}│")
        return edge.target

    def _branches(self, node: Node, prefix: str, more: bool, depth: int) -> None:
        for number, branch in enumerate(node.branches, 1):
            last = number == len(node.branches) and not more
            title = "for each item" if node.type == "Map" else f"branch {number}"
            self._lines.append(f"{prefix}{'└' if last else '├'}─ {title}")
            inner = _Writer(branch, ends=False, depth=depth + 1).write()
            margin = prefix + (" " if last else "│") + "    "
            self._lines += [(margin + text).rstrip() for text in inner]

    def _ways(self, ways: Sequence[Edge], prefix: str, depth: int) -> None:
        for number, edge in enumerate(ways, 1):
            last = number == len(ways)
            arm = f"{prefix}{'└' if last else '├'}─ {edge.label}"
            aside = edge.target in self._shown or edge.target in self._joins
            if aside or depth >= _DEEPEST:
                self._lines.append(f"{arm} ─> {self._see(edge)}")
                continue
            self._lines.append(arm)
            self._chain(
                edge.target, prefix + (" " if last else "│") + "    ", depth + 1
            )

    def _see(self, edge: Edge) -> str:
        return f"{edge.target} (above)" if edge.target in self._shown else edge.target
