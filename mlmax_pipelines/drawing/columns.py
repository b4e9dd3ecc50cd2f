"""A long graph -> a picture in columns, read from left to right.

What comes in: a graph. What goes out: its picture; where it would be too tall for a
page it goes on in a further column. Never: cuts anywhere but at an edge that is the
only one between what is above it and what is below.
"""

from __future__ import annotations

import itertools
from typing import Iterator, Mapping, Sequence

from mlmax_pipelines.drawing.layers import back_edges, depths
from mlmax_pipelines.drawing.layout import layout
from mlmax_pipelines.drawing.model import NEXT, Edge, Graph
from mlmax_pipelines.drawing.picture import (
    Box,
    Curve,
    Picture,
    Point,
    Route,
    joined,
    line,
)
from mlmax_pipelines.drawing.route import ARROW

_TALLEST = 1500.0
_ROOM, _MARGIN, _BEND = 56.0, 26.0, 10.0
# Height to width of what fits a page.
_SHAPE = 1.3


def arranged(graph: Graph, notes: Mapping[str, str] = {}) -> Picture:
    """The picture of a graph, in columns if it is long and can be cut."""
    whole = layout(graph, notes)
    cuts = list(_cuts(graph)) if whole.height > _TALLEST else []
    if not cuts:
        return whole
    count = (whole.height / _SHAPE / (whole.width + _ROOM)) ** 0.5
    tallest = max(_TALLEST / 2, whole.height / max(count, 1.0))
    bottoms = {box.node.id: box.y + box.height for box in whole.boxes}
    chosen = list(_chosen(cuts, bottoms, tallest))
    pictures = [layout(part, notes) for part in _columns(graph, chosen)]
    return _side_by_side(pictures, chosen)


def _cuts(graph: Graph) -> Iterator[Edge]:
    """The edges that are alone between what is above and below them, downwards."""
    names = [node.id for node in graph.nodes]
    ends = {node.id for node in graph.nodes if node.ends}
    back = back_edges(names, graph.edges)
    depth = depths(names, [edge for edge in graph.edges if edge not in back])
    change = [0] * (max(depth.values()) + 2)
    for edge in graph.edges:
        low, high = sorted((depth[edge.source], depth[edge.target]))
        change[low] += 1
        change[high] -= 1
    crossing = list(itertools.accumulate(change))
    alone = [
        edge
        for edge in graph.edges
        if edge.kind == NEXT
        and edge.source not in ends
        and depth[edge.target] == depth[edge.source] + 1
        and crossing[depth[edge.source]] == 1
    ]
    yield from sorted(alone, key=lambda edge: depth[edge.source])


def _chosen(
    cuts: Sequence[Edge], bottoms: Mapping[str, float], tallest: float
) -> Iterator[Edge]:
    """The last possible cut of each column of that height."""
    top, last = 0.0, None
    for edge in cuts:
        if bottoms[edge.source] - top > tallest and last is not None:
            yield last
            top, last = bottoms[last.source], None
        last = edge
    if last is not None and max(bottoms.values()) - top > tallest:
        yield last


def _columns(graph: Graph, cuts: Sequence[Edge]) -> Iterator[Graph]:
    """The graph of each column; only the first keeps a start."""
    inside = [edge for edge in graph.edges if edge not in set(cuts)]
    near: dict[str, list[str]] = {node.id: [] for node in graph.nodes}
    for edge in inside:
        near[edge.source].append(edge.target)
        near[edge.target].append(edge.source)
    for number, root in enumerate([graph.start, *(edge.target for edge in cuts)]):
        found, ahead = {root}, [root]
        while ahead:
            fresh = set(near[ahead.pop()]) - found
            found |= fresh
            ahead += fresh
        yield Graph(
            "" if number else root,
            tuple(node for node in graph.nodes if node.id in found),
            tuple(edge for edge in inside if edge.source in found),
        )


def _side_by_side(pictures: Sequence[Picture], cuts: Sequence[Edge]) -> Picture:
    x, parts = 0.0, []
    for picture in pictures:
        parts.append(picture.moved(x, _MARGIN))
        x += picture.width + _ROOM
    height = max(picture.height for picture in pictures) + 2 * _MARGIN
    boxes = {box.node.id: box for part in parts for box in part.boxes}
    routes = []
    for edge, before, after in zip(cuts, pictures, parts[1:]):
        left = min(box.x for box in after.boxes) - _ROOM / 2
        bottom = before.height + 1.5 * _MARGIN
        routes.append(_around(boxes[edge.source], boxes[edge.target], left, bottom))
    links = Picture(0, 0, routes=tuple(routes))
    return joined([*parts, links], x - _ROOM, height)


def _around(source: Box, target: Box, x: float, bottom: float) -> Route:
    """Down to `bottom`, up at `x` between the columns, and down into the target."""
    end = target.x + target.width / 2
    corners = [
        (source.x + source.width / 2, source.y + source.height),
        (source.x + source.width / 2, bottom),
        (x, bottom),
        (x, _MARGIN / 2 - ARROW / 2),
        (end, _MARGIN / 2 - ARROW / 2),
        (end, target.y - ARROW / 2),
    ]
    tip = (end, target.y)
    return Route(source.node.id, target.node.id, NEXT, tuple(_rounded(corners)), tip)


def _rounded(corners: Sequence[Point]) -> Iterator[Curve]:
    at = corners[0]
    for corner, after in zip(corners[1:], corners[2:]):
        before, beyond = _towards(corner, at), _towards(corner, after)
        yield line(at, before)
        yield Curve(before, corner, corner, beyond)
        at = beyond
    yield line(at, corners[-1])


def _towards(corner: Point, other: Point) -> Point:
    """The point a bend's length from a corner on the way to another point."""
    across, down = other[0] - corner[0], other[1] - corner[1]
    length = abs(across) + abs(down)
    share = min(_BEND, length / 2) / length if length else 0.0
    return corner[0] + across * share, corner[1] + down * share
