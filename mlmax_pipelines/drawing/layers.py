"""A graph -> layers: what stands above what, and the lanes long edges run in.

What comes in: nodes with sizes, and edges. What goes out: a sheet of items in layers
in which every link joins neighbouring layers. Never: decides on left or right.

The steps are those of Sugiyama, Tagawa and Toda (1981): loops are cut open, every
node goes one layer below the last node that leads to it, and an edge that spans
several layers gets a lane in each. Edges of one kind to one target share their lanes;
a labelled edge gets an item for its label, so that nothing is ever drawn over it.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Iterable, Iterator, Mapping, Sequence

from mlmax_pipelines.drawing.model import CATCH, Edge

BOX, LABEL, LANE, DOT = "box", "label", "lane", "dot"
Size = tuple[float, float]


@dataclass(eq=False)
class Item:
    """Something that takes place in a layer; `x` is its middle."""

    kind: str
    key: str
    size: Size = (0.0, 0.0)
    layer: int = 0
    x: float = 0.0
    up: list[Link] = field(default_factory=list)
    down: list[Link] = field(default_factory=list)


@dataclass(eq=False)
class Link:
    """An edge's way from an item to one in the layer below."""

    above: Item
    below: Item
    kind: str


@dataclass(frozen=True)
class Trace:
    """An edge and the items it visits, from its source to its target."""

    edge: Edge
    items: tuple[Item, ...]
    back: bool


@dataclass
class Sheet:
    """Items by layer, in order from left to right, and the edges through them.

    `loops` are the lanes that lead back up; no layer holds them yet.
    """

    layers: list[list[Item]]
    traces: list[Trace]
    loops: list[list[Item]]


def build(
    sizes: Mapping[str, tuple[str, Size]],
    edges: Sequence[Edge],
    labels: Mapping[Edge, Size],
) -> Sheet:
    """The sheet of nodes (id -> kind of item and size) and edges."""
    back = back_edges(sizes, edges)
    forward = [edge for edge in edges if edge not in back]
    items = {key: Item(kind, key, size) for key, (kind, size) in sizes.items()}
    for key, layer in depths(items, forward).items():
        items[key].layer = layer
    weaver = _Weaver(items, labels)
    traces = [weaver.forward(edge) for edge in forward]
    traces += [weaver.backward(edge) for edge in edges if edge in back]
    everything = [*items.values(), *weaver.lanes.values(), *weaver.labels]
    layers: list[list[Item]] = [
        [] for _ in range(1 + max(item.layer for item in everything))
    ]
    for item in _visit_order(everything):
        layers[item.layer].append(item)
    return Sheet(layers, traces, weaver.loops())


class _Weaver:
    """Makes the lanes and labels of edges, and remembers them to share them."""

    def __init__(self, items: Mapping[str, Item], labels: Mapping[Edge, Size]) -> None:
        self._items = items
        self._sizes = labels
        self.labels: list[Item] = []
        self.lanes: dict[tuple[str, bool, int], Item] = {}
        self._loops: dict[tuple[str, int], Item] = {}
        self._linked: set[tuple[int, int]] = set()

    def forward(self, edge: Edge) -> Trace:
        target = self._items[edge.target]
        visited = self._head(edge)
        for layer in range(visited[-1].layer + 1, target.layer):
            key = (edge.target, edge.kind == CATCH, layer)
            lane = self.lanes.setdefault(key, Item(LANE, edge.target, layer=layer))
            visited.append(lane)
        visited.append(target)
        for above, below in zip(visited, visited[1:]):
            self._link(above, below, edge.kind)
        return Trace(edge, tuple(visited), back=False)

    def backward(self, edge: Edge) -> Trace:
        target = self._items[edge.target]
        visited = self._head(edge)
        for above, below in zip(visited, visited[1:]):
            self._link(above, below, edge.kind)
        for layer in range(visited[-1].layer, target.layer - 1, -1):
            key = (edge.target, layer)
            lane = self._loops.setdefault(key, Item(LANE, edge.target, layer=layer))
            visited.append(lane)
        return Trace(edge, (*visited, target), back=True)

    def loops(self) -> list[list[Item]]:
        """The lanes back to each target, from top to bottom; the shortest first."""
        groups: dict[str, list[Item]] = {}
        for (target, _), lane in sorted(self._loops.items(), key=lambda e: e[0][1]):
            groups.setdefault(target, []).append(lane)
        for lanes in groups.values():
            for above, below in zip(lanes, lanes[1:]):
                self._link(above, below, "loop")
        return sorted(groups.values(), key=len)

    def _head(self, edge: Edge) -> list[Item]:
        source = self._items[edge.source]
        if edge not in self._sizes:
            return [source]
        label = Item(LABEL, edge.label, self._sizes[edge], source.layer + 1)
        self.labels.append(label)
        return [source, label]

    def _link(self, above: Item, below: Item, kind: str) -> None:
        if (id(above), id(below)) not in self._linked:
            self._linked.add((id(above), id(below)))
            link = Link(above, below, kind)
            above.down.append(link)
            below.up.append(link)


def back_edges(nodes: Iterable[str], edges: Sequence[Edge]) -> set[Edge]:
    """The edges that close a loop, seen from the first node on."""
    outs: dict[str, list[Edge]] = {node: [] for node in nodes}
    for edge in edges:
        outs[edge.source].append(edge)
    back: set[Edge] = set()
    done: dict[str, bool] = {}
    for root in outs:
        if root in done:
            continue
        done[root] = False
        stack: list[tuple[str, Iterator[Edge]]] = [(root, iter(outs[root]))]
        while stack:
            here, rest = stack[-1]
            following = next(rest, None)
            if following is None:
                done[here] = True
                stack.pop()
            elif following.target not in done:
                done[following.target] = False
                stack.append((following.target, iter(outs[following.target])))
            elif not done[following.target]:
                back.add(following)
    return back


def depths(nodes: Iterable[str], edges: Sequence[Edge]) -> dict[str, int]:
    """Each node one layer below its last predecessor, two below if labelled.

    The edges must not close a loop.
    """
    depth = {node: 0 for node in nodes}
    waiting = {node: 0 for node in depth}
    outs: dict[str, list[Edge]] = {node: [] for node in depth}
    for edge in edges:
        waiting[edge.target] += 1
        outs[edge.source].append(edge)
    ready = [node for node, count in waiting.items() if not count]
    while ready:
        here = ready.pop()
        for edge in outs[here]:
            least = depth[here] + (2 if edge.label else 1)
            depth[edge.target] = max(depth[edge.target], least)
            waiting[edge.target] -= 1
            if not waiting[edge.target]:
                ready.append(edge.target)
    return depth


def _visit_order(items: Sequence[Item]) -> Iterator[Item]:
    """Items as a walk from the top meets them: what belongs together stays so."""
    seen: set[int] = set()
    for root in items:
        stack = [root] if not root.up else []
        while stack:
            item = stack.pop()
            if id(item) in seen:
                continue
            seen.add(id(item))
            yield item
            stack += [link.below for link in reversed(item.down)]
