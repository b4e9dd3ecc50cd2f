"""What stands above what."""

from __future__ import annotations

from mlmax_pipelines.drawing.layers import BOX, LABEL, LANE, back_edges, build, depths
from mlmax_pipelines.drawing.model import CATCH, CHOICE, Edge

SIZE = (BOX, (10.0, 10.0))


def test_a_node_stands_below_all_that_lead_to_it():
    edges = [Edge("A", "B"), Edge("B", "C"), Edge("A", "C")]
    assert depths("ABC", edges) == {"A": 0, "B": 1, "C": 2}


def test_a_labelled_edge_leaves_a_layer_for_its_label():
    assert depths("AB", [Edge("A", "B", CHOICE, "yes")]) == {"A": 0, "B": 2}


def test_the_edge_that_closes_a_loop_is_the_one_that_leads_back():
    edges = [Edge("A", "B"), Edge("B", "C"), Edge("C", "A"), Edge("B", "B")]
    assert back_edges("ABC", edges) == {Edge("C", "A"), Edge("B", "B")}


def test_every_link_joins_neighbouring_layers():
    edges = [Edge("A", "B"), Edge("B", "C"), Edge("A", "C"), Edge("C", "A")]
    sheet = build({name: SIZE for name in "ABC"}, edges, {})
    for number, layer in enumerate(sheet.layers):
        for item in layer:
            assert item.layer == number
            assert all(link.below.layer == number + 1 for link in item.down)
    assert [trace.back for trace in sheet.traces] == [False, False, False, True]
    assert len(sheet.loops) == 1 and {i.kind for i in sheet.loops[0]} == {LANE}


def test_catches_to_one_target_share_their_lanes():
    names = "ABCDE"
    chain = [Edge(a, b) for a, b in zip(names, names[1:])]
    catches = [Edge("A", "E", CATCH), Edge("B", "E", CATCH)]
    sheet = build({name: SIZE for name in names}, [*chain, *catches], {})
    lanes = [item for layer in sheet.layers for item in layer if item.kind == LANE]
    assert [lane.layer for lane in lanes] == [1, 2, 3]


def test_a_label_is_an_item_of_its_own():
    edge = Edge("A", "B", CHOICE, "yes")
    sheet = build({name: SIZE for name in "AB"}, [edge], {edge: (30.0, 10.0)})
    assert [[item.kind for item in layer] for layer in sheet.layers] == [
        [BOX],
        [LABEL],
        [BOX],
    ]
