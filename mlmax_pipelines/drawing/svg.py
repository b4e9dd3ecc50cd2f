"""A picture -> SVG, as text.

What comes in: a picture, and optionally the status of its nodes. What goes out: one
self-contained SVG document: no script, no font file, no link. Never: a text of a
user's that is not escaped.
"""

from __future__ import annotations

from html import escape
from typing import Mapping, Sequence

from mlmax_pipelines.drawing.layout import (
    DOT_SIZE,
    NAME_LINE,
    NAME_SIZE,
    NOTE_LINE,
    NOTE_SIZE,
    SLANT,
)
from mlmax_pipelines.drawing.legend import legend
from mlmax_pipelines.drawing.model import CATCH
from mlmax_pipelines.drawing.palette import (
    CATCH_INK,
    CLUSTER,
    FAINT,
    INK,
    LINE,
    PLAIN,
    STATUSES,
    TYPES,
)
from mlmax_pipelines.drawing.picture import (
    Box,
    Curve,
    Dot,
    Label,
    Picture,
    Point,
    Route,
)

_FONT = "DejaVu Sans, Verdana, Segoe UI, Helvetica, Arial, sans-serif"
MARGIN = 20.0


def draw(
    picture: Picture, title: str, statuses: Mapping[str, str] | None = None
) -> str:
    """The SVG of a picture; with `statuses`, nodes that are not in it are grey."""
    key = legend(picture, statuses)
    width = max(picture.width, key.width) + 2 * MARGIN
    height = picture.height + key.height + 2 * MARGIN
    shift = (width - picture.width) / 2
    inner = picture.moved(shift, MARGIN)
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{width:.0f}"'
        f' height="{height:.0f}" viewBox="0 0 {width:.0f} {height:.0f}" role="img"'
        f' font-family="{_FONT}" aria-label="{_safe(title)}">',
        f"<title>{_safe(title)}</title>",
        f'<rect width="{width:.0f}" height="{height:.0f}" fill="#ffffff"/>',
        *(_box(box, statuses) for box in inner.boxes),
        *(
            f'<path d="M{rule.x:.1f} {rule.top:.1f}V{rule.bottom:.1f}"'
            f' stroke="{CLUSTER[1]}" stroke-dasharray="1 4"/>'
            for rule in inner.rules
        ),
        *(_route(route) for route in inner.routes),
        *(_dot(dot) for dot in inner.dots),
        *(_label(label) for label in inner.labels),
        key.draw(MARGIN, height - MARGIN / 2),
        "</svg>",
    ]
    return "\n".join(part for part in parts if part) + "\n"


def _safe(text: str) -> str:
    """Escaped, and without what XML cannot hold."""
    return escape("".join(c if c.isprintable() else " " for c in text))


def _box(box: Box, statuses: Mapping[str, str] | None) -> str:
    fill, stroke = _colours(box, statuses)
    x, y, width, height = box.x, box.y, box.width, box.height
    style = f'fill="{fill}" stroke="{stroke}" stroke-width="1.4"'
    if box.node.type == "Choice":
        tips = (
            (x + SLANT, y),
            (x + width - SLANT, y),
            (x + width, y + height / 2),
            (x + width - SLANT, y + height),
            (x + SLANT, y + height),
            (x, y + height / 2),
        )
        points = " ".join(f"{px:.1f},{py:.1f}" for px, py in tips)
        shape = f'<polygon points="{points}" {style} stroke-linejoin="round"/>'
    else:
        shape = (
            f'<rect x="{x:.1f}" y="{y:.1f}" width="{width:.1f}"'
            f' height="{height:.1f}" rx="{_corner(box):.0f}" {style}/>'
        )
    tip = f"<title>{_safe(box.node.id)}</title>"
    return f"<g>{tip}{shape}{_text(box)}</g>"


def _corner(box: Box) -> float:
    if box.node.type in ("Fail", "Succeed"):
        return min(box.height / 2, 22.0)
    return 8.0


def _colours(box: Box, statuses: Mapping[str, str] | None) -> tuple[str, str]:
    if statuses is not None:
        fill, stroke, _ = STATUSES.get(
            statuses.get(box.node.id, ""), STATUSES["RUNNING"]
        )
        return (CLUSTER[0] if box.header else fill), stroke
    return CLUSTER if box.header else TYPES.get(box.node.type, PLAIN)


def _text(box: Box) -> str:
    middle = box.x + box.width / 2
    block = len(box.lines) * NAME_LINE + len(box.note) * NOTE_LINE
    room = box.header or box.height
    y = box.y + (room - block) / 2
    parts = []
    for text in box.lines:
        parts.append(_line(text, middle, y + NAME_LINE - 4.5, NAME_SIZE, INK))
        y += NAME_LINE
    for text in box.note:
        parts.append(_line(text, middle, y + NOTE_LINE - 3.5, NOTE_SIZE, FAINT))
        y += NOTE_LINE
    return "".join(parts)


def _line(
    text: str, x: float, y: float, size: float, fill: str, anchor: str = "middle"
) -> str:
    return (
        f'<text x="{x:.1f}" y="{y:.1f}" font-size="{size:.0f}" fill="{fill}"'
        f' text-anchor="{anchor}">{_safe(text)}</text>'
    )


def _label(label: Label) -> str:
    fill = CATCH_INK if label.kind == CATCH else INK
    middle = label.x + label.width / 2
    rows = "".join(
        _line(text, middle, label.y + 2 + (n + 0.75) * NOTE_LINE, NOTE_SIZE, fill)
        for n, text in enumerate(label.lines)
    )
    return f"<g><title>{_safe(label.full)}</title>{rows}</g>"


def _route(route: Route) -> str:
    stroke = CATCH_INK if route.kind == CATCH else LINE
    dashes = ' stroke-dasharray="5 4"' if route.kind == CATCH else ""
    path = (
        f'<path d="{_path(route.curves)}" fill="none" stroke="{stroke}"'
        f' stroke-width="1.4"{dashes}/>'
        if route.curves
        else ""
    )
    return path + (_arrow(route.arrow, stroke) if route.arrow else "")


def _arrow(tip: Point, fill: str) -> str:
    x, y = tip
    return (
        f'<polygon points="{x:.1f},{y:.1f} {x - 4.2:.1f},{y - 8:.1f}'
        f' {x + 4.2:.1f},{y - 8:.1f}" fill="{fill}"/>'
    )


def _path(curves: Sequence[Curve]) -> str:
    parts = []
    at = None
    for curve in curves:
        if curve.start != at:
            parts.append(f"M{_point(curve.start)}")
        if curve.first == curve.start and curve.second == curve.end:
            parts.append(f"L{_point(curve.end)}")
        else:
            controls = (curve.first, curve.second, curve.end)
            parts.append("C" + " ".join(map(_point, controls)))
        at = curve.end
    return "".join(parts)


def _point(point: Point) -> str:
    return f"{point[0]:.1f} {point[1]:.1f}"


def _dot(dot: Dot) -> str:
    radius = DOT_SIZE / 2
    middle = f'cx="{dot.x:.1f}" cy="{dot.y:.1f}"'
    if dot.kind == "start":
        return f'<circle {middle} r="{radius - 1:.1f}" fill="{INK}"/>'
    return (
        f'<circle {middle} r="{radius - 1:.1f}" fill="#ffffff" stroke="{INK}"'
        f' stroke-width="1.4"/><circle {middle} r="{radius - 4:.1f}" fill="{INK}"/>'
    )
