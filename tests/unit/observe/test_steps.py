"""Rows of states as rows and marks of steps."""

from __future__ import annotations

from mlmax_pipelines.drawing.render import graph_of
from mlmax_pipelines.observe.steps import folded, marks
from mlmax_pipelines.observe.timeline import read
from tests.unit.compiler.projects import compiled, execute
from tests.unit.observe.histories import MAP, fails, scores


def test_helper_states_are_folded_into_their_step(training, history, pipeline):
    timeline = read(history(training, scores(0.99)), pipeline(training).states)
    rows = folded(timeline.rows)
    assert [row.name for row in rows] == ["Train", "Evaluate", "Gate", "Register"]
    metrics = next(row for row in timeline.rows if row.name == "Evaluate metrics")
    assert rows[1].stopped == metrics.stopped


def test_what_is_inside_a_state_of_its_own_step_is_no_row(tmp_path):
    own = compiled(tmp_path, "  A: {module: copy}\n  B: {type: pass}\n")
    timeline = read(execute(own).events, own.states)
    rows = folded(timeline.rows)
    assert [(row.name, row.depth, row.status) for row in rows] == [
        ("A", 0, "SUCCEEDED"),
        ("B", 0, "SUCCEEDED"),
    ]
    loose = next(row for row in timeline.rows if row.name == "A loose")
    assert rows[0].stopped == loose.stopped
    mark = marks(timeline.rows, graph_of(own), 2_000_000_000.0)["A"]
    assert mark.status == "SUCCEEDED" and "×" not in mark.note


def test_second_visit_of_a_step_is_a_row_of_its_own(history):
    again = {"Variable": "$.n", "NumericLessThan": 2, "Next": "Count"}
    definition = {
        "StartAt": "Count",
        "States": {
            "Count": {
                "Type": "Pass",
                "Parameters": {"n.$": "States.MathAdd($.n, 1)"},
                "Next": "More",
            },
            "More": {"Type": "Choice", "Choices": [again], "Default": "Done"},
            "Done": {"Type": "Succeed"},
        },
    }
    rows = folded(read(history(definition, input={"n": 0})).rows)
    assert [row.name for row in rows] == ["Count", "More", "Count", "More", "Done"]


def test_marks_say_what_became_of_each_step(training, history, pipeline):
    compiled = pipeline(training)
    timeline = read(history(training, fails("Train", "Broken")), compiled.states)
    found = marks(timeline.rows, graph_of(compiled), 2000.0)
    assert found["Train"].status == "CAUGHT"
    assert found["Failed"].status == "FAILED"
    assert "Gate" not in found


def test_iterations_share_one_mark(history, pipeline):
    compiled = pipeline(MAP, states=())
    timeline = read(history(MAP, input={"items": [1, 2]}))
    mark = marks(timeline.rows, graph_of(compiled), 2000.0)["Score"]
    assert mark.status == "SUCCEEDED" and mark.note.endswith("× 2")
