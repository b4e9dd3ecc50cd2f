"""The curves of edges."""

from __future__ import annotations

from mlmax_pipelines.drawing.layers import BOX, build
from mlmax_pipelines.drawing.layout import layout
from mlmax_pipelines.drawing.model import Edge, read
from mlmax_pipelines.drawing.order import arrange
from mlmax_pipelines.drawing.place import place
from mlmax_pipelines.drawing.route import Bands, Ports, routes


def test_every_edge_ends_in_an_arrow_or_joins_one_that_does(training):
    picture = layout(read(training))
    tips = {route.target for route in picture.routes if route.arrow}
    assert tips >= {route.target for route in picture.routes}


def sheet_of(*edges: Edge):
    names = dict.fromkeys(name for edge in edges for name in (edge.source, edge.target))
    sheet = build({name: (BOX, (100.0, 40.0)) for name in names}, edges, {})
    arrange(sheet)
    place(sheet)
    return sheet


def test_layers_stand_below_each_other_with_room_between():
    sheet = sheet_of(Edge("A", "B"), Edge("B", "C"))
    bands = Bands(sheet)
    items = [layer[0] for layer in sheet.layers]
    for above, below in zip(items, items[1:]):
        assert bands.bottom(above) < bands.top(below)
    assert bands.height == bands.bottom(items[-1])


def test_edges_leave_a_box_in_the_order_of_their_targets():
    sheet = sheet_of(Edge("A", "B"), Edge("A", "C"), Edge("A", "D"))
    source, targets = sheet.layers[0][0], sheet.layers[1]
    places = [Ports(sheet).out(source, target) for target in targets]
    assert places == sorted(set(places))
    assert all(abs(x - source.x) < source.size[0] / 2 for x in places)


def test_an_edge_ends_at_its_target_and_a_loop_comes_back_up():
    sheet = sheet_of(Edge("A", "B"), Edge("B", "A"))
    bands = Bands(sheet)
    down, up = routes(sheet, bands)
    boxes = {i.key: i for layer in sheet.layers for i in layer if i.kind == BOX}
    a, b = boxes["A"], boxes["B"]
    assert down.arrow == (b.x, bands.top(b))
    assert up.arrow is not None and up.arrow[1] == bands.top(a)
    assert min(curve.at(0.5)[1] for curve in up.curves) < bands.bottom(b)
