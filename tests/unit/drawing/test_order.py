"""Few crossings."""

from __future__ import annotations

from mlmax_pipelines.drawing.layers import BOX, build
from mlmax_pipelines.drawing.model import Edge
from mlmax_pipelines.drawing.order import arrange


def keys(sheet):
    return [[item.key for item in layer] for layer in sheet.layers]


def test_what_crosses_without_need_is_put_in_order():
    edges = [Edge("A", "D"), Edge("B", "C"), Edge("R", "A"), Edge("R", "B")]
    names = ("R", "A", "B", "C", "D")
    sheet = build({name: (BOX, (10.0, 10.0)) for name in names}, edges, {})
    sheet.layers[2].sort(key=lambda item: item.key)
    before = keys(sheet)
    assert before[1] == ["A", "B"] and before[2] == ["C", "D"]
    arrange(sheet)
    top, bottom = keys(sheet)[1:]
    assert (top, bottom) in ((["A", "B"], ["D", "C"]), (["B", "A"], ["C", "D"]))
    assert [sorted(layer) for layer in keys(sheet)] == [sorted(one) for one in before]


def test_what_does_not_cross_stays_as_it_is():
    edges = [Edge("R", "A"), Edge("R", "B"), Edge("A", "C"), Edge("B", "D")]
    names = ("R", "A", "B", "C", "D")
    sheet = build({name: (BOX, (10.0, 10.0)) for name in names}, edges, {})
    before = keys(sheet)
    arrange(sheet)
    assert keys(sheet) == before
