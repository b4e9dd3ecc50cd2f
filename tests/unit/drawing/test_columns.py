"""Long graphs in columns."""

from __future__ import annotations

import random

import pytest

from mlmax_pipelines.drawing.columns import arranged
from mlmax_pipelines.drawing.model import Graph, read
from tests.unit.drawing.pictures import check, random_machine


@pytest.mark.parametrize("seed", range(5))
def test_long_graphs_in_columns_do_not_overlap_either(seed):
    rng = random.Random(1000 + seed)
    machine = random_machine(rng, 6)
    for _ in range(8):
        longer = random_machine(rng, rng.randrange(1, 7))
        last = list(longer["States"])[-1]
        longer["States"][last] = {"Type": "Pass", "Next": machine["StartAt"]}
        longer["States"].update(machine["States"])
        machine = longer
    picture = arranged(read(machine))
    assert len(picture.boxes) == sum(1 for _ in read(machine).walk())
    check(picture)


def test_sixty_steps_in_a_row_fit_a_page(chain):
    picture = arranged(read(chain(*(f"Step {n}" for n in range(60)))))
    check(picture)
    assert 0.7 < picture.height / picture.width < 1.6
    assert [dot.kind for dot in picture.dots] == ["start", "end"]
    assert len([route for route in picture.routes if route.arrow]) == 61


def test_an_empty_picture_of_no_steps_can_be_drawn():
    assert arranged(Graph("", (), ())).boxes == ()
