"""What the marks of a picture mean."""

from __future__ import annotations

from mlmax_pipelines.drawing.layout import layout
from mlmax_pipelines.drawing.legend import legend
from mlmax_pipelines.drawing.model import read
from mlmax_pipelines.drawing.render import Mark, graph_of, render, svg
from tests.unit.drawing.pictures import texts


def test_catch_edges_are_dashed_and_explained(training, pipeline, chain):
    document = render(pipeline(training), "svg").decode()
    assert "stroke-dasharray" in document and "on error" in texts(document)
    without = render(pipeline(chain("A", "B")), "svg").decode()
    assert "stroke-dasharray" not in without and "on error" not in texts(without)


def test_statuses_colour_the_steps_and_explain_themselves(training, pipeline):
    marks = {"Train": Mark("FAILED", "✗ 3.0 s"), "Evaluate": Mark("RUNNING", "…")}
    words = texts(svg(graph_of(pipeline(training)), "training", marks))
    assert "✗ 3.0 s" in words
    for word in ("failed", "running", "not reached"):
        assert word in words
    assert "succeeded" not in words


def test_without_marks_there_is_no_legend_and_no_room_for_one(chain):
    key = legend(layout(read(chain("A", "B"))), None)
    assert (key.entries, key.width, key.height, key.draw(0, 0)) == ((), 0, 0.0, "")


def test_its_samples_stand_beside_each_other(training, pipeline):
    picture = layout(graph_of(pipeline(training)))
    key = legend(picture, {"Train": "FAILED"})
    words = [word for _, word in key.entries]
    assert words == ["on error", "failed", "not reached"]
    drawn = key.draw(10, 20)
    places = [float(part.split('"')[0]) for part in drawn.split('<text x="')[1:]]
    assert places == sorted(places) and places[-1] < 10 + key.width
