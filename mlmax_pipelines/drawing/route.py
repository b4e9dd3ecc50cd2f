"""Items with places -> layers with heights, and the curves of every edge.

What comes in: a sheet whose items have an `x`. What goes out: the top of every item,
and routes. Never: lets an edge cross a box: curves bend only in the gaps between
layers, and pass through a layer straight, in a lane of their own.
"""

from __future__ import annotations

from typing import Iterator

from mlmax_pipelines.drawing.layers import BOX, DOT, LABEL, Item, Sheet, Trace
from mlmax_pipelines.drawing.model import CATCH
from mlmax_pipelines.drawing.picture import Curve, Point, Route, line

ARROW = 8.0
_GAP, _LABEL_GAP, _WIDEST_GAP = 32.0, 18.0, 84.0
_TURN, _TURN_ROOM = 26.0, 34.0


class Bands:
    """The vertical extent of each layer, and of the items in it."""

    def __init__(self, sheet: Sheet) -> None:
        loops = [trace for trace in sheet.traces if trace.back]
        turns = {lanes[0].layer - 1 for lanes in sheet.loops}
        turns |= {trace.items[-2 - _span(trace)].layer for trace in loops}
        self.tops: list[float] = []
        y = _TURN_ROOM if -1 in turns else 0.0
        for number, layer in enumerate(sheet.layers):
            self.tops.append(y)
            y += max(item.size[1] for item in layer)
            self._bottom_of_last = y
            last = number == len(sheet.layers) - 1
            room = _TURN_ROOM if number in turns else 0.0
            y += room if last else max(room, _gap(layer))
        self.height = y
        self._heights = [max(i.size[1] for i in layer) for layer in sheet.layers]

    def top(self, item: Item) -> float:
        """The top of an item: boxes stand in the middle of their layer."""
        if item.kind == DOT:
            return self.tops[item.layer]
        spare = self._heights[item.layer] - item.size[1]
        return self.tops[item.layer] + spare / 2

    def bottom(self, item: Item) -> float:
        return self.top(item) + item.size[1]

    def ceiling(self, item: Item) -> float:
        """The top of the layer of an item."""
        return self.tops[item.layer]

    def floor(self, item: Item) -> float:
        """The bottom of the layer of an item."""
        return self.tops[item.layer] + self._heights[item.layer]


def _span(trace: Trace) -> int:
    """How many lanes lead back up."""
    return sum(1 for item in trace.items[1:-1] if item.kind not in (BOX, LABEL, DOT))


def _gap(layer: list[Item]) -> float:
    """The room below a layer: more when an edge has far to go sideways."""
    links = [link for item in layer for link in item.down]
    reach = max((abs(link.above.x - link.below.x) for link in links), default=0.0)
    labelled = links and all(LABEL in (i.above.kind, i.below.kind) for i in links)
    least = _LABEL_GAP if labelled else _GAP
    return min(_WIDEST_GAP, least + 0.1 * reach)


class Ports:
    """Where each edge leaves and enters a box."""

    def __init__(self, sheet: Sheet) -> None:
        self._out: dict[tuple[int, int], float] = {}
        leaving: dict[int, list[tuple[Item, Item, bool]]] = {}
        for trace in sheet.traces:
            first, second = trace.items[0], trace.items[1]
            group = leaving.setdefault(id(first), [])
            if all(other is not second for _, other, _ in group):
                group.append((first, second, trace.edge.kind == CATCH))
        for group in leaving.values():
            self._spread(group)

    def out(self, source: Item, towards: Item) -> float:
        """The `x` at which the edge to that item leaves a box."""
        return self._out[id(source), id(towards)]

    def _spread(self, group: list[tuple[Item, Item, bool]]) -> None:
        group = sorted(group, key=lambda entry: entry[1].x)
        source = group[0][0]
        plain = [n for n, (_, _, catch) in enumerate(group) if not catch]
        middle = sum(plain) / len(plain) if plain else (len(group) - 1) / 2
        furthest = max(middle, len(group) - 1 - middle, 1.0)
        step = min(34.0, source.size[0] * 0.36 / furthest)
        for number, (_, target, _) in enumerate(group):
            self._out[id(source), id(target)] = source.x + (number - middle) * step


def routes(sheet: Sheet, bands: Bands) -> Iterator[Route]:
    """The curves of every edge; what edges share is drawn with the first of them."""
    ports = Ports(sheet)
    drawn: set[int] = set()
    for trace in sheet.traces:
        pen = _Pen(bands, drawn)
        draw = pen.loop if trace.back else pen.fall
        arrow = draw(trace, ports.out(trace.items[0], trace.items[1]))
        edge = trace.edge
        yield Route(edge.source, edge.target, edge.kind, tuple(pen.curves), arrow)


class _Pen:
    def __init__(self, bands: Bands, drawn: set[int]) -> None:
        self.curves: list[Curve] = []
        self._bands = bands
        self._drawn = drawn
        self._at: Point = (0.0, 0.0)

    def fall(self, trace: Trace, port: float) -> Point | None:
        """Draw an edge that leads down; the tip of its arrow if it draws the end."""
        self._leave(trace.items[0], port)
        for item in trace.items[1:-1]:
            if not self._enter(item):
                return None
        target = trace.items[-1]
        tip = (target.x, self._bands.top(target))
        self._bend((target.x, self._bands.ceiling(target) - ARROW))
        self._straight(tip[1] - ARROW / 2)
        return tip

    def loop(self, trace: Trace, port: float) -> Point | None:
        """Draw an edge that leads back up: down, around, up the lanes, around."""
        count = _span(trace)
        self._leave(trace.items[0], port)
        for label in trace.items[1 : -1 - count]:
            self._enter(label)
        lanes, target = trace.items[-1 - count : -1], trace.items[-1]
        self._turn(lanes[0].x, self._bands.floor(lanes[0]), _TURN)
        for lane in lanes:
            self._bend((lane.x, self._bands.floor(lane)))
            if id(lane) in self._drawn:
                return None
            self._drawn.add(id(lane))
            self._straight(self._bands.ceiling(lane))
        side = 1.0 if lanes[-1].x > target.x else -1.0
        x = target.x + side * min(22.0, target.size[0] / 4)
        tip = (x, self._bands.top(target))
        self._turn(x, self._bands.ceiling(target) - ARROW, -_TURN)
        self._straight(tip[1] - ARROW / 2)
        return tip

    def _leave(self, item: Item, x: float) -> None:
        self._at = (x, self._bands.bottom(item))
        self._straight(self._bands.floor(item))

    def _enter(self, item: Item) -> bool:
        """Draw up to and past an item; False when the rest is drawn already."""
        self._bend((item.x, self._bands.ceiling(item)))
        if id(item) in self._drawn:
            return False
        self._drawn.add(id(item))
        if item.kind == LABEL:
            self._straight(self._bands.top(item))
            self._at = (item.x, self._bands.bottom(item))
        self._straight(self._bands.floor(item))
        return True

    def _straight(self, y: float) -> None:
        if abs(y - self._at[1]) > 0.01:
            self._draw(line(self._at, (self._at[0], y)))

    def _bend(self, to: Point) -> None:
        if to == self._at:
            return
        middle = (self._at[1] + to[1]) / 2
        self._draw(Curve(self._at, (self._at[0], middle), (to[0], middle), to))

    def _turn(self, x: float, y: float, depth: float) -> None:
        """A U-turn: it bulges `depth` further than where it ends."""
        start, further = self._at, y + depth
        self._draw(Curve(start, (start[0], further), (x, further), (x, y)))

    def _draw(self, curve: Curve) -> None:
        self.curves.append(curve)
        self._at = curve.end
