"""Where items stand from left to right."""

from __future__ import annotations

from mlmax_pipelines.drawing.layers import BOX, build
from mlmax_pipelines.drawing.model import CATCH, Edge
from mlmax_pipelines.drawing.order import arrange
from mlmax_pipelines.drawing.place import distance, place


def placed(*edges: Edge, width: float = 100.0):
    names = dict.fromkeys(name for edge in edges for name in (edge.source, edge.target))
    sheet = build({name: (BOX, (width, 40.0)) for name in names}, edges, {})
    arrange(sheet)
    place(sheet)
    return sheet


def places(sheet):
    return {i.key: i.x for layer in sheet.layers for i in layer if i.kind == BOX}


def test_neighbours_keep_their_distance_and_nothing_is_left_of_zero():
    sheet = placed(*(Edge("A", name) for name in "BCDEF"), Edge("B", "A"))
    for layer in sheet.layers:
        for left, right in zip(layer, layer[1:]):
            assert right.x - left.x >= distance(left, right) - 0.01
        assert all(item.x - item.size[0] / 2 >= -0.01 for item in layer)


def test_what_branches_stands_in_the_middle_of_its_branches():
    x = places(placed(Edge("A", "B"), Edge("A", "C")))
    assert abs(x["A"] - (x["B"] + x["C"]) / 2) < 0.01


def test_a_chain_stays_straight_beside_what_catches():
    chain = [Edge(a, b) for a, b in zip("ABCD", "BCD")]
    catches = [Edge(name, "X", CATCH) for name in "ABC"]
    x = places(placed(*chain, *catches))
    assert len({round(x[name], 3) for name in "ABCD"}) == 1
