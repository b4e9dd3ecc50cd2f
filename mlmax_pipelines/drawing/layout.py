"""A graph -> a picture in which nothing overlaps.

What comes in: a graph, and what to write into its boxes besides names. What goes
out: a picture in pixels. Never: chooses a colour, or a file format.

What a Parallel or Map state contains is laid out on its own, and takes part in the
layout of what is around it as one big box: no edge leaves a branch.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Iterator, Mapping, Sequence

from mlmax_pipelines.drawing.fonts import text_width, wrap
from mlmax_pipelines.drawing.layers import BOX, DOT, Item, Sheet, Size, build
from mlmax_pipelines.drawing.model import Edge, Graph, Node
from mlmax_pipelines.drawing.order import arrange
from mlmax_pipelines.drawing.picture import Box, Dot, Label, Picture, Rule, joined
from mlmax_pipelines.drawing.place import place
from mlmax_pipelines.drawing.route import Bands, routes

NAME_SIZE, NOTE_SIZE = 13.0, 11.0
NAME_LINE, NOTE_LINE = 17.0, 14.0
PAD, SLANT = 14.0, 14.0
_TEXT_WIDTH, _LEAST_WIDTH = 190.0, 116.0
_LABEL_WIDTH = 170.0
_CLUSTER_PAD, _BRANCH_ROOM = 18.0, 40.0
DOT_SIZE = 14.0
_START, _END = "\0start", "\0end "


def layout(graph: Graph, notes: Mapping[str, str] = {}, dots: bool = True) -> Picture:
    """The picture of a graph; `notes` adds a line to a node's box."""
    if not graph.nodes:
        return Picture(0, 0)
    made = {node.id: _make(node, notes) for node in graph.nodes}
    kinds: dict[str, tuple[str, Size]] = {
        key: (BOX, (box.width, box.height)) for key, (box, _) in made.items()
    }
    edges = list(graph.edges)
    if dots:
        kinds, edges = _with_dots(graph, kinds, edges)
    labels = {edge: _label(edge) for edge in edges if edge.label}
    sheet = build(kinds, edges, {e: (b.width, b.height) for e, b in labels.items()})
    arrange(sheet)
    place(sheet)
    return _assemble(sheet, made, labels)


def _with_dots(
    graph: Graph, sizes: Mapping[str, tuple[str, Size]], edges: Sequence[Edge]
) -> tuple[dict[str, tuple[str, Size]], list[Edge]]:
    """A dot above the first node, and one below each that may be the last."""
    dot = (DOT, (DOT_SIZE, DOT_SIZE))
    last = [node.id for node in graph.nodes if node.ends]
    ends = {_END + node: dot for node in last}
    final = [Edge(node, _END + node) for node in last]
    if not graph.start:
        return {**sizes, **ends}, [*edges, *final]
    start = Edge(_START, graph.start)
    return {_START: dot, **sizes, **ends}, [start, *edges, *final]


def _assemble(
    sheet: Sheet,
    made: Mapping[str, tuple[Box, Picture]],
    labels: Mapping[Edge, Label],
) -> Picture:
    bands = Bands(sheet)
    items = [item for layer in sheet.layers for item in layer]
    own = Picture(
        width=max(item.x + item.size[0] / 2 for item in items),
        height=bands.height,
        labels=tuple(_placed_labels(sheet, bands, labels)),
        routes=tuple(routes(sheet, bands)),
        dots=tuple(_dot(item, bands) for item in items if item.kind == DOT),
    )
    parts = [own]
    for item in items:
        if item.kind == BOX:
            box, inside = made[item.key]
            part = replace(inside, boxes=(box, *inside.boxes))
            parts.append(part.moved(item.x - box.width / 2, bands.top(item)))
    return joined(parts, own.width, own.height)


def _dot(item: Item, bands: Bands) -> Dot:
    kind = "start" if item.key == _START else "end"
    return Dot(kind, item.x, bands.top(item) + DOT_SIZE / 2)


def _placed_labels(
    sheet: Sheet, bands: Bands, labels: Mapping[Edge, Label]
) -> Iterator[Label]:
    for trace in sheet.traces:
        if trace.edge in labels:
            item, label = trace.items[1], labels[trace.edge]
            x, y = item.x - label.width / 2, bands.top(item)
            yield replace(label, x=x, y=y)


def _label(edge: Edge) -> Label:
    lines = wrap(edge.label, NOTE_SIZE, _LABEL_WIDTH, most=5)
    width = max(text_width(text, NOTE_SIZE) for text in lines) + 8
    height = len(lines) * NOTE_LINE + 4
    return Label(0, 0, width, height, tuple(lines), edge.kind, edge.label)


def _make(node: Node, notes: Mapping[str, str]) -> tuple[Box, Picture]:
    """The box of a node, at the origin, and what lies in it."""
    inside = _inside(node, notes) if node.branches else Picture(0, 0)
    room = max(inside.width, _TEXT_WIDTH)
    lines = tuple(wrap(node.id, NAME_SIZE, room))
    extra = [node.note, notes.get(node.id, "")]
    note = tuple(
        part for text in extra if text for part in wrap(text, NOTE_SIZE, room, most=3)
    )
    slant = 2 * SLANT if node.type == "Choice" else 0.0
    text = max(
        *(text_width(part, NAME_SIZE) for part in lines),
        *(text_width(part, NOTE_SIZE) for part in (*note, "")),
    )
    width = max(_LEAST_WIDTH, text + 2 * PAD + slant, inside.width)
    height = len(lines) * NAME_LINE + len(note) * NOTE_LINE + PAD
    header = height if node.branches else 0.0
    box = Box(node, 0, 0, width, height + inside.height, lines, note, header)
    return box, inside.moved((width - inside.width) / 2, header)


def _inside(node: Node, notes: Mapping[str, str]) -> Picture:
    """The branches of a node side by side, with a margin around them."""
    pictures = [layout(branch, notes, dots=False) for branch in node.branches]
    height = max(picture.height for picture in pictures) + _CLUSTER_PAD
    parts: list[Picture] = []
    rules: list[Rule] = []
    x = _CLUSTER_PAD
    for picture in pictures:
        if parts:
            rules.append(Rule(x + _BRANCH_ROOM / 2, 0, height - _CLUSTER_PAD))
            x += _BRANCH_ROOM
        parts.append(picture.moved(x, 0))
        x += picture.width
    parts.append(Picture(0, 0, rules=tuple(rules)))
    return joined(parts, x + _CLUSTER_PAD, height)
