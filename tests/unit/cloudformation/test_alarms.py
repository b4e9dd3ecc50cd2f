"""What tells people that an execution failed, and what shows them how things go."""

from __future__ import annotations

import json
from typing import Any, Callable

import pytest

from mlmax_pipelines.cloudformation.dashboard import dashboard
from mlmax_pipelines.cloudformation.templates import render
from mlmax_pipelines.compiled import CompiledPipeline

Load = Callable[[bytes], dict[str, Any]]


@pytest.mark.parametrize(
    ("logical_id", "metric"),
    [("FailedAlarm", "ExecutionsFailed"), ("TimedOutAlarm", "ExecutionsTimedOut")],
)
def test_each_bad_ending_goes_to_the_topic(
    training: CompiledPipeline, load: Load, logical_id: str, metric: str
) -> None:
    template = load(render([training])["training.yaml"])
    alarm = template["Resources"][logical_id]["Properties"]
    assert (alarm["Namespace"], alarm["MetricName"]) == ("AWS/States", metric)
    assert [one["Name"] for one in alarm["Dimensions"]] == ["StateMachineArn"]
    assert alarm["TreatMissingData"] == "notBreaching"
    assert "training" in alarm["AlarmDescription"]
    assert "AlertTopic" in template["Parameters"]


def test_the_topic_is_the_shared_ones_and_nobody_gives_it(
    training: CompiledPipeline, load: Load
) -> None:
    files = render([training])
    root, shared = load(files["master.yaml"]), load(files["shared.yaml"])
    assert "AlertTopic" not in root["Parameters"]
    assert root["Parameters"]["AlertEmail"]["Default"] == ""
    assert "AlertTopic" in shared["Outputs"]
    assert shared["Resources"]["AlertSubscription"]["Condition"] == "HasAlertEmail"
    assert "HasAlertEmail" in shared["Conditions"]


def test_the_dashboard_has_a_row_for_each_pipeline() -> None:
    made = dashboard(["inference", "training"])["Properties"]
    body = json.loads(made["DashboardBody"].value)
    rows: dict[int, list[dict[str, Any]]] = {}
    for widget in body["widgets"]:
        rows.setdefault(widget["y"], []).append(widget)
    assert len(rows) == 2
    for name, widgets in zip(["inference", "training"], rows.values()):
        assert [w["x"] + w["width"] <= 24 for w in widgets] == [True] * len(widgets)
        assert all(name in json.dumps(widget) for widget in widgets)
    text = json.dumps(rows[0])
    for metric in ("Succeeded", "Failed", "TimedOut", "Aborted"):
        assert f"Executions{metric}" in text
