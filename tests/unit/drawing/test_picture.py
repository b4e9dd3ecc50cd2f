"""Shapes, moved and joined."""

from __future__ import annotations

from mlmax_pipelines.drawing.model import NEXT, Node
from mlmax_pipelines.drawing.picture import (
    Box,
    Curve,
    Dot,
    Label,
    Picture,
    Route,
    Rule,
    joined,
    line,
)

PICTURE = Picture(
    100,
    50,
    boxes=(Box(Node("A", "Task"), 1, 2, 3, 4, ("A",), ()),),
    labels=(Label(5, 6, 7, 8, ("x",), NEXT, "x"),),
    routes=(Route("A", "B", NEXT, (line((0, 0), (0, 9)),), (0, 10)),),
    dots=(Dot("start", 1, 1),),
    rules=(Rule(2, 3, 4),),
)


def test_everything_in_a_picture_moves_with_it():
    moved = PICTURE.moved(10, 20)
    assert (moved.width, moved.height) == (100, 50)
    assert (moved.boxes[0].x, moved.boxes[0].y) == (11, 22)
    assert (moved.labels[0].x, moved.labels[0].y) == (15, 26)
    assert moved.routes[0].curves[0].end == (10, 29)
    assert moved.routes[0].arrow == (10, 30)
    assert (moved.dots[0].x, moved.dots[0].y) == (11, 21)
    assert moved.rules[0] == Rule(12, 23, 24)
    assert moved.moved(-10, -20) == PICTURE


def test_pictures_are_joined_where_they_are():
    both = joined([PICTURE, PICTURE.moved(0, 50)], 100, 100)
    assert [box.y for box in both.boxes] == [2, 52]
    assert len(both.routes) == len(both.dots) == len(both.rules) == 2


def test_a_curve_begins_and_ends_where_it_says():
    curve = Curve((0, 0), (0, 10), (10, 0), (10, 10))
    assert curve.at(0) == (0, 0) and curve.at(1) == (10, 10)
    assert curve.at(0.5) == (5, 5)
