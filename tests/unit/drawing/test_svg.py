"""The picture as SVG."""

from __future__ import annotations

from mlmax_pipelines.drawing.model import read
from mlmax_pipelines.drawing.render import render, svg
from tests.unit.drawing.pictures import HOSTILE, texts


def test_svg_names_every_step_and_condition(training, pipeline):
    words = texts(render(pipeline(training), "svg").decode())
    for part in ("Train", "Gate", "Rejected", "otherwise", "${parameters.min_roc_auc}"):
        assert part in words
    assert "Evaluate metrics" not in words


def test_hostile_names_stay_text_in_an_svg(chain):
    document = svg(read(chain(HOSTILE, "B")), HOSTILE)
    assert "<script" not in document
    shown = texts(document).replace(" ", "")
    assert "<script>alert('x')</script>" in shown


def test_equal_pipelines_give_equal_pictures(training, pipeline):
    first, second = (render(pipeline(training), "svg") for _ in range(2))
    assert first == second
