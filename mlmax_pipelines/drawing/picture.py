"""A drawing, laid out: where everything is, before any file format.

What goes out: frozen shapes in pixels, x to the right and y down. Never: a colour.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Sequence

from mlmax_pipelines.drawing.model import Node

Point = tuple[float, float]


@dataclass(frozen=True)
class Box:
    """A node's rectangle; `x`, `y` is its upper left corner. A cluster is a box that
    others lie in; `header` is then the height of the strip with its name."""

    node: Node
    x: float
    y: float
    width: float
    height: float
    lines: tuple[str, ...]
    note: tuple[str, ...]
    header: float = 0.0


@dataclass(frozen=True)
class Label:
    """The text of an edge, in a rectangle of its own."""

    x: float
    y: float
    width: float
    height: float
    lines: tuple[str, ...]
    kind: str
    full: str


@dataclass(frozen=True)
class Curve:
    """A cubic Bezier curve; a straight line has its controls on it."""

    start: Point
    first: Point
    second: Point
    end: Point

    def at(self, t: float) -> Point:
        """The point at `t` from 0 to 1."""
        a, b, c, d = (1 - t) ** 3, 3 * t * (1 - t) ** 2, 3 * t * t * (1 - t), t**3
        points = (self.start, self.first, self.second, self.end)
        return (
            sum(w * p[0] for w, p in zip((a, b, c, d), points)),
            sum(w * p[1] for w, p in zip((a, b, c, d), points)),
        )


@dataclass(frozen=True)
class Route:
    """One edge, or the part of it that no other edge draws. A curve that does not
    start where the last one ended begins anew. `arrow` is the tip, if it has one."""

    source: str
    target: str
    kind: str
    curves: tuple[Curve, ...]
    arrow: Point | None


@dataclass(frozen=True)
class Dot:
    """Where the machine starts or ends: `x`, `y` is the middle."""

    kind: str
    x: float
    y: float


@dataclass(frozen=True)
class Rule:
    """A line between two branches of a cluster."""

    x: float
    top: float
    bottom: float


@dataclass(frozen=True)
class Picture:
    width: float
    height: float
    boxes: tuple[Box, ...] = ()
    labels: tuple[Label, ...] = ()
    routes: tuple[Route, ...] = ()
    dots: tuple[Dot, ...] = ()
    rules: tuple[Rule, ...] = ()

    def moved(self, x: float, y: float) -> Picture:
        """The same drawing, `x` further right and `y` further down."""
        return replace(
            self,
            boxes=tuple(replace(b, x=b.x + x, y=b.y + y) for b in self.boxes),
            labels=tuple(replace(b, x=b.x + x, y=b.y + y) for b in self.labels),
            routes=tuple(_moved_route(route, x, y) for route in self.routes),
            dots=tuple(replace(d, x=d.x + x, y=d.y + y) for d in self.dots),
            rules=tuple(Rule(r.x + x, r.top + y, r.bottom + y) for r in self.rules),
        )


def joined(parts: Sequence[Picture], width: float, height: float) -> Picture:
    """One drawing of several, each where it is, in a frame of that size."""
    return Picture(
        width,
        height,
        tuple(box for part in parts for box in part.boxes),
        tuple(label for part in parts for label in part.labels),
        tuple(route for part in parts for route in part.routes),
        tuple(dot for part in parts for dot in part.dots),
        tuple(rule for part in parts for rule in part.rules),
    )


def line(start: Point, end: Point) -> Curve:
    return Curve(start, start, end, end)


def _moved_route(route: Route, x: float, y: float) -> Route:
    def shift(point: Point) -> Point:
        return point[0] + x, point[1] + y

    return replace(
        route,
        curves=tuple(
            Curve(shift(c.start), shift(c.first), shift(c.second), shift(c.end))
            for c in route.curves
        ),
        arrow=shift(route.arrow) if route.arrow else None,
    )
