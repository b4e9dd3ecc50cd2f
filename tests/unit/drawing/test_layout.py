"""Pictures in which nothing overlaps, whatever the graph."""

from __future__ import annotations

import random

import pytest

from mlmax_pipelines.drawing.fonts import text_width
from mlmax_pipelines.drawing.layout import NAME_SIZE, layout
from mlmax_pipelines.drawing.model import read
from tests.unit.drawing.pictures import NAMES, check, random_machine


@pytest.mark.parametrize("seed", range(24))
def test_no_box_overlaps_and_no_edge_crosses_a_box(seed):
    rng = random.Random(seed)
    graph = read(random_machine(rng, rng.randrange(1, 22)))
    check(layout(graph, {graph.nodes[0].id: "✓ 12.3 s"}))


def test_a_chain_is_a_straight_line(training):
    picture = layout(read(training))
    middles = {
        round(box.x + box.width / 2, 3)
        for box in picture.boxes
        if box.node.id in ("Defaults", "Parameters", "Train", "Evaluate", "Gate")
    }
    assert len(middles) == 1


@pytest.mark.parametrize("name", NAMES)
def test_a_name_stays_inside_its_box(chain, name):
    picture = layout(read(chain(name)))
    (box,) = picture.boxes
    assert "".join(box.lines).replace(" ", "") == name.replace(" ", "")
    assert max(text_width(line, NAME_SIZE) for line in box.lines) <= box.width - 16


def test_a_thousand_states_are_laid_out_without_recursion(chain):
    picture = layout(read(chain(*(f"Step {n}" for n in range(1500)))))
    assert len(picture.boxes) == 1500
