"""The dashboard shows what exists, each thing in its place."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from itertools import combinations
from typing import Any

import pytest

from mlmax_pipelines.aws.views import View
from mlmax_pipelines.base.errors import PipelineError
from mlmax_pipelines.cloudformation.dashboard import dashboard as make
from mlmax_pipelines.cloudformation.templates import render
from mlmax_pipelines.compiled import CompiledPipeline, Job
from mlmax_pipelines.steps.services.sagemaker.jobs import PROCESSING
from tests.unit.cloudformation.deployed import SEEN, dashboard, deployed

HERE = "eu-west-1:123456789012"


@pytest.fixture
def found(training: CompiledPipeline, inference: CompiledPipeline) -> View:
    return deployed(render([training, inference], SEEN), "dev", "ml-dev")


def test_every_widget_is_about_something_that_exists(found: View) -> None:
    machines = {
        f"arn:aws:states:{HERE}:stateMachine:{one['StateMachineName']}"
        for one in found.of_type("AWS::StepFunctions::StateMachine").values()
        if "Queue" not in one.get("DefinitionSubstitutions", ())
    }
    alarms = {
        f"arn:aws:cloudwatch:{HERE}:alarm:{one['AlarmName']}"
        for one in found.of_type("AWS::CloudWatch::Alarm").values()
    }
    shown = [w["properties"] for w in dashboard(found)]
    metrics = [m for one in shown for m in one.get("metrics", ())]
    assert {m[3] for m in metrics if m[0] == "AWS/States"} == machines
    there = {arn for one in shown for arn in one.get("alarms", ())}
    # Those of schedules are there while their schedule is on.
    assert there == {arn for arn in alarms if "-not-started" not in arn}
    assert len(machines) == 2 and len(there) == 5


def test_jobs_are_found_by_what_their_names_begin_with(found: View) -> None:
    text = json.dumps(dashboard(found))
    searches = re.findall(r"SEARCH\('(.*?)'", text)
    # Only pipeline training runs jobs: processing jobs, whose names begin so.
    assert searches == [
        "{/aws/sagemaker/ProcessingJobs,Host} "
        f'MetricName=\\"{used}Utilization\\" Host=dev-training'
        for used in ("CPU", "Memory")
    ]


def test_words_of_a_jobs_name_are_whole(training: CompiledPipeline) -> None:
    def renamed(state: Any, name: str) -> Any:
        return replace(state, job=Job(PROCESSING, ".sync", prefix + name))

    prefix = "${Environment}-training-"

    one, other, *_ = training.states
    states = (renamed(one, "prepare"), renamed(other, "predict"))
    found = deployed(render([replace(training, states=states)], SEEN), "dev", "ml-dev")
    assert "Host=dev-training'" in json.dumps(dashboard(found))
    found = deployed(
        render([replace(training, states=states[:1])], SEEN), "dev", "ml-dev"
    )
    assert "Host=dev-training-prepare'" in json.dumps(dashboard(found))


def test_every_ending_and_the_duration_are_shown(found: View) -> None:
    text = json.dumps(dashboard(found))
    for word in ("Started", "Succeeded", "Failed", "TimedOut", "Aborted"):
        assert f'"Executions{word}"' in text
    assert '"ExecutionTime"' in text


def test_widgets_do_not_overlap(found: View) -> None:
    def cells(widget: dict[str, Any]) -> set[tuple[int, int]]:
        columns = range(widget["x"], widget["x"] + widget["width"])
        rows = range(widget["y"], widget["y"] + widget["height"])
        return {(x, y) for x in columns for y in rows}

    widgets = dashboard(found)
    assert all(w["x"] + w["width"] <= 24 for w in widgets)
    assert not any(cells(a) & cells(b) for a, b in combinations(widgets, 2))


def test_a_dashboard_is_the_accounts_so_its_name_says_the_region(found: View) -> None:
    (properties,) = found.of_type("AWS::CloudWatch::Dashboard").values()
    assert properties["DashboardName"] == "ml-dev-eu-west-1"


def many(pipeline: CompiledPipeline, count: int) -> list[CompiledPipeline]:
    return [replace(pipeline, name=f"p{index}") for index in range(count)]


def test_one_widget_shows_at_most_a_hundred_alarms(training: CompiledPipeline) -> None:
    body = make(many(training, 60))["Properties"]["DashboardBody"].value
    counts = [
        len(widget["properties"]["alarms"])
        for widget in json.loads(body)["widgets"]
        if widget["type"] == "alarm"
    ]
    assert counts == [100, 21]


def test_more_widgets_than_cloudwatch_takes_are_refused(
    training: CompiledPipeline,
) -> None:
    # As many as there is room for: those of jobs go first.
    text = make(many(training, 200))["Properties"]["DashboardBody"].value
    assert "SEARCH(" not in text and "p199" in text
    with pytest.raises(PipelineError, match="has 506 widgets, at most 500 can be"):
        make(many(training, 250))
