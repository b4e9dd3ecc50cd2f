"""Metrics and parameters of executions, and what tells two of them apart."""

from __future__ import annotations

from dataclasses import replace

import pytest

from mlmax_pipelines.backends.contract import ExecutionRecord
from mlmax_pipelines.interpreter import StateError
from mlmax_pipelines.observe import metrics
from tests.unit.compiler.projects import compiled, execute


def _record(roc_auc=0.9, threshold=0.8, **fields):
    output = {
        "parameters": {"threshold": threshold, "data": "s3://b/d.csv"},
        "steps": {
            "Train": {"metrics": [{"MetricName": "auc", "Value": 0.97}]},
            "Evaluate": {
                "outputs": {
                    "metrics": {
                        "values": {
                            "roc_auc": roc_auc,
                            "passed": True,
                            "model": "xgb",
                            "confusion": {"tp": 40},
                        }
                    },
                    "report": "s3://b/report/",
                }
            },
            "Wait": None,
        },
    }
    given = {"output": output, "evidence": {"code": "aa", "git": {"dirty": False}}}
    return ExecutionRecord(
        "id", "e-1", "training", "local", "SUCCEEDED", 0.0, **{**given, **fields}
    )


def test_values_among_outputs_and_final_metrics_are_metrics():
    found = metrics.metrics(_record())
    assert list(found.items()) == [
        ("Evaluate.roc_auc", 0.9),
        ("Evaluate.passed", True),
        ("Evaluate.model", "xgb"),
        ("Evaluate.confusion.tp", 40),
        ("Train.auc", 0.97),
    ]


def test_a_running_or_failed_execution_has_what_its_last_state_left(training, history):
    def answer(request):
        return (
            {"outputs": {"m": {"values": {"rows": 7}}}}
            if request.state == "Train"
            else {}
        )

    events = history(training, answer, {"min_roc_auc": 0.5})
    record = _record(output=None, input={"min_roc_auc": 0.5})
    data = metrics.data(record, events)
    assert metrics.metrics(record, events)["Train.rows"] == 7
    assert metrics.parameters(data, record) == {"min_roc_auc": 0.5}


def test_an_execution_that_did_nothing_yet_has_its_input():
    record = _record(output=None, input={"a": 1})
    data = metrics.data(record)
    assert metrics.metrics(record) == {}
    assert metrics.parameters(data, record) == {"a": 1}


@pytest.mark.parametrize("output", [None, "text", [1], {"steps": {"A": 3}}, {}])
def test_odd_outputs_have_no_metrics(output):
    assert metrics.metrics(_record(output=output)) == {}


def test_comparison_has_deltas_and_flags_only_differences():
    found = metrics.compare(
        _record(0.8), _record(0.9, 0.7, evidence={"code": "bb", "git": {"dirty": 0}})
    )
    rows = {row.name: row for row in found.metrics}
    assert rows["Evaluate.roc_auc"].delta == pytest.approx(0.1)
    assert rows["Evaluate.roc_auc"].percent == pytest.approx(12.5)
    assert not rows["Train.auc"].differs
    assert [row.name for row in found.parameters if row.differs] == ["threshold"]
    assert [row.name for row in found.evidence if row.differs] == ["code"]


def test_a_metric_of_only_one_execution_has_no_delta():
    empty = _record(output={"parameters": {}, "steps": {}})
    rows = {row.name: row for row in metrics.compare(_record(), empty).metrics}
    assert rows["Evaluate.roc_auc"].b is None
    assert rows["Evaluate.roc_auc"].delta is None


def test_percent_of_nothing_is_left_out():
    found = metrics.compare(_record(0.0), _record(0.5))
    row = next(row for row in found.metrics if row.name == "Evaluate.roc_auc")
    assert row.delta == 0.5 and row.percent is None


STEPS = """
  First: {module: copy}
  Both:
    type: parallel
    branches:
      - steps: {Left: {module: copy}, Left end: {type: pass}}
      - steps: {Right: {module: fit, inputs: {rows: "s3://b/r"}}}
  Each:
    type: map
    items: ${parameters.items}
    steps:
      Score: {module: copy}
      Deep:
        type: map
        items: ${parameters.items}
        steps: {Inner: {module: copy}}
  Last: {module: copy}
"""


def test_metrics_of_branches_and_items_are_found_in_the_history(tmp_path):
    pipeline = compiled(tmp_path, STEPS, parameters="{items: {type: list}}")

    def body(request):
        key = request.arguments["Key"]
        return {"Body": '{"score": %d, "name": "%s"}' % (len(key), key)}

    answers = {f"{step} quality file": body for step in ("Left", "Score", "Inner")}
    loose = {"Body": '{"rest": {"a": [1]}}'}
    answers |= {f"{step} loose file": loose for step in ("Left", "Score", "Inner")}
    ran = execute(pipeline, {"items": ["a", "b"]}, answers)
    assert ran.status == "SUCCEEDED", ran.cause
    found = metrics.metrics(_record(output=ran.output), ran.events)
    assert found["Left.name"] == "p/a-run/Left/quality/metrics.json"
    for item in ("0", "1"):
        key = f"p/a-run/Score/quality/{item}/metrics.json"
        assert found[f"Score[{item}].name"] == key
        assert found[f"Score[{item}].score"] == len(key)
        for inner in ("0", "1"):
            key = f"p/a-run/Inner/quality/{item}/{inner}/metrics.json"
            assert found[f"Inner[{item}.{inner}].name"] == key
    # What ran outside is no item's: a value per file of two, once for each.
    assert {name for name in found if name.startswith("First")} == {
        "First.score",
        "First.name",
    }
    assert list(found)[0].startswith("Last.")
    assert len(found) == 2 * (1 + 1 + 2 + 4 + 1)


def test_a_failed_execution_has_what_its_items_came_to(tmp_path):
    pipeline = compiled(tmp_path, STEPS, parameters="{items: {type: list}}")
    broken = {"Last": StateError("Broken", "")}
    ran = execute(pipeline, {"items": [1]}, broken)
    assert ran.status == "FAILED"
    record = replace(_record(output=None), status="FAILED")
    found = metrics.metrics(record, ran.events)
    assert {"First.score", "Left.score", "Score[0].score"} <= set(found)
    assert not any(name.startswith("First[") for name in found)
