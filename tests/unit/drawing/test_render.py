"""One pipeline in the format somebody asks for."""

from __future__ import annotations

import pytest

from mlmax_pipelines.base.errors import UsageError
from mlmax_pipelines.drawing.render import Mark, graph_of, png, render, svg, text


def test_an_unknown_format_names_the_known_ones(training, pipeline):
    with pytest.raises(UsageError, match="unknown format 'gif'") as caught:
        render(pipeline(training), "gif")
    assert "'mermaid'" in caught.value.problem.hint


def test_text_has_a_line_break_at_its_end(training, pipeline):
    drawn = text(graph_of(pipeline(training)))
    assert drawn.startswith("● start\n") and drawn.endswith("\n")
    assert render(pipeline(training), "text") == drawn.encode()


def test_marks_are_drawn_in_a_png_as_in_the_svg(training, pipeline):
    pytest.importorskip("resvg_py")
    graph, marks = graph_of(pipeline(training)), {"Train": Mark("FAILED", "3.0 s")}
    assert "3.0 s" in svg(graph, "training", marks)
    assert png(graph, "training", marks) != png(graph, "training")
