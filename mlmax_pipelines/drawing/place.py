"""Layers in order -> the middle of every item, from left to right.

What comes in: a sheet whose layers are sorted. What goes out: `x` of its items, with
room between neighbours, chains straight, and what branches in the middle above its
branches. Never: changes an order.

A layer is placed by isotonic regression: the places closest to where its items would
like to be (least squares) that keep order and distances.
"""

from __future__ import annotations

from typing import Iterable, Sequence

from mlmax_pipelines.drawing.layers import (
    BOX,
    DOT,
    LABEL,
    LANE,
    Item,
    Link,
    Sheet,
    Trace,
)
from mlmax_pipelines.drawing.model import CATCH

_ROUNDS = 16
_ROOM = {BOX: 36.0, LABEL: 16.0, LANE: 16.0, DOT: 24.0}


def place(sheet: Sheet) -> None:
    """Set `x` of every item; the leftmost edge is at 0."""
    for layer in sheet.layers:
        x = 0.0
        for before, item in zip([None, *layer], layer):
            x += distance(before, item) if before else 0.0
            item.x = x
    for turn in range(_ROUNDS):
        downward = turn % 2 == 0
        for layer in sheet.layers if downward else reversed(sheet.layers):
            _place_layer(layer, downward)
    _straighten(sheet)
    for lanes in sheet.loops:
        _add_loop(sheet, lanes)
    left = min(item.x - item.size[0] / 2 for layer in sheet.layers for item in layer)
    for layer in sheet.layers:
        for item in layer:
            item.x -= left


def distance(left: Item, right: Item) -> float:
    """The least distance between the middles of two neighbours."""
    room = min(_ROOM[left.kind], _ROOM[right.kind])
    return (left.size[0] + right.size[0]) / 2 + room


def _place_layer(layer: Sequence[Item], downward: bool) -> None:
    offset, offsets = 0.0, []
    for before, item in zip([None, *layer], layer):
        offset += distance(before, item) if before else 0.0
        offsets.append(offset)
    wishes = [_wish(item, downward) for item in layer]
    blocks: list[tuple[float, float, int]] = []  # sum of weighted wishes, weight, size
    for (wish, weight), shift in zip(wishes, offsets):
        block = ((wish - shift) * weight, weight, 1)
        while blocks and blocks[-1][0] / blocks[-1][1] > block[0] / block[1]:
            last = blocks.pop()
            block = (last[0] + block[0], last[1] + block[1], last[2] + block[2])
        blocks.append(block)
    places = [total / weight for total, weight, size in blocks for _ in range(size)]
    for item, spot, shift in zip(layer, places, offsets):
        item.x = spot + shift


def _wish(item: Item, downward: bool) -> tuple[float, float]:
    """Where an item would like to be, and how much."""
    near = _neighbours(item.up if downward else item.down, downward)
    if not near:
        return item.x, 0.2
    weight = 4.0 if item.kind == LANE else 2.0
    return sum(other.x for other in near) / len(near), weight


def _neighbours(links: Sequence[Link], downward: bool) -> list[Item]:
    """What an item lines up with: catches count only where nothing else does."""
    chosen = [link for link in links if link.kind != CATCH] or links
    return [link.above if downward else link.below for link in chosen]


def _straighten(sheet: Sheet) -> None:
    """Give chains one `x`, where their neighbours leave them the room for it."""
    bounds = _Bounds(sheet)
    columns = sorted(_columns(sheet), key=len, reverse=True)
    for column in [*columns, *columns]:
        low = max(bounds.left(item) for item in column)
        high = min(bounds.right(item) for item in column)
        middle = sum(item.x for item in column) / len(column)
        if low <= high:
            for item in column:
                item.x = min(max(middle, low), high)


def _add_loop(sheet: Sheet, lanes: Sequence[Item]) -> None:
    """Put the lanes of a loop straight beside all they pass, where it is nearer."""
    layers = [sheet.layers[lane.layer] for lane in lanes]
    outer = _ROOM[BOX] / 2
    left = min(layer[0].x - layer[0].size[0] / 2 for layer in layers) - outer
    right = max(layer[-1].x + layer[-1].size[0] / 2 for layer in layers) + outer
    joined = [
        item.x
        for trace in sheet.traces
        if trace.back and trace.edge.target == lanes[0].key
        for item in (_before_lanes(trace), trace.items[-1])
    ]
    nearer_left = sum(x - left for x in joined) < sum(right - x for x in joined)
    for lane, layer in zip(lanes, layers):
        lane.x = left if nearer_left else right
        layer.insert(0 if nearer_left else len(layer), lane)


def _before_lanes(trace: Trace) -> Item:
    """The source of an edge that leads back, or its label."""
    return trace.items[1] if trace.items[1].kind == LABEL else trace.items[0]


class _Bounds:
    """How far an item can move before it meets its neighbours."""

    def __init__(self, sheet: Sheet) -> None:
        self._before: dict[int, Item] = {}
        self._after: dict[int, Item] = {}
        for layer in sheet.layers:
            for left, right in zip(layer, layer[1:]):
                self._before[id(right)] = left
                self._after[id(left)] = right

    def left(self, item: Item) -> float:
        other = self._before.get(id(item))
        return other.x + distance(other, item) if other else float("-inf")

    def right(self, item: Item) -> float:
        other = self._after.get(id(item))
        return other.x - distance(item, other) if other else float("inf")


def _columns(sheet: Sheet) -> Iterable[list[Item]]:
    """Chains of items that a reader expects exactly below each other."""
    taken: set[int] = set()
    for layer in sheet.layers:
        for item in layer:
            if id(item) in taken:
                continue
            column = [item]
            follower = _follower(item)
            while follower is not None and id(follower) not in taken:
                column.append(follower)
                taken.add(id(follower))
                follower = _follower(follower)
            if len(column) > 1:
                yield column


def _follower(item: Item) -> Item | None:
    """The one item below that has nothing but this one above."""
    down = _neighbours(item.down, downward=False)
    if len(down) != 1:
        return None
    lanes = item.kind == LANE and down[0].kind == LANE
    alone = len(_neighbours(down[0].up, downward=True)) == 1
    return down[0] if lanes or alone else None
