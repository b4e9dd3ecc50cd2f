"""One CloudWatch dashboard for all pipelines of an environment.

What comes in: the names of the pipelines. What goes out: the dashboard's resource.
Never: a dashboard for each pipeline, which AWS would bill one by one.

State machines are found by their names, which are known before they are made, so that
the dashboard can stand in the template that all others depend on.

Source: "Dashboard body structure and syntax" in the CloudWatch API Reference; "Using
search expressions in graphs" in the CloudWatch User Guide.
"""

from __future__ import annotations

import json
from typing import Any, Sequence

from mlmax_pipelines.cloudformation.alarms import NAMESPACE
from mlmax_pipelines.cloudformation.tags import Tag

_WIDTH, _HEIGHT = 8, 6
_ENDINGS = ("Succeeded", "Failed", "TimedOut", "Aborted")
_DAY = 86_400
_SECONDS = 300
# Jobs report under their host's name, which begins with environment and pipeline.
_JOBS = (
    "{/aws/sagemaker/ProcessingJobs,Host}",
    "{/aws/sagemaker/TrainingJobs,Host}",
    "{/aws/sagemaker/TransformJobs,Host}",
)


def dashboard(pipelines: Sequence[str]) -> dict[str, Any]:
    """A row for each pipeline: how executions ended, how long, how busy jobs were."""
    widgets = [
        widget
        for row, pipeline in enumerate(pipelines)
        for widget in _row(pipeline, row * _HEIGHT)
    ]
    # A line for each, so that a difference can be read.
    lines = ",\n".join(f"  {json.dumps(widget)}" for widget in widgets)
    body = f'{{"widgets": [\n{lines}\n]}}\n'
    properties = {
        "DashboardName": Tag("Ref", "Prefix"),
        "DashboardBody": Tag("Sub", body),
    }
    return {"Type": "AWS::CloudWatch::Dashboard", "Properties": properties}


def _row(pipeline: str, y: int) -> list[dict[str, Any]]:
    machine = (
        "arn:${AWS::Partition}:states:${AWS::Region}:${AWS::AccountId}:"
        f"stateMachine:${{Prefix}}-{pipeline}"
    )
    ended = [_metric(f"Executions{word}", machine, label=word) for word in _ENDINGS]
    took = [
        _metric("ExecutionTime", machine, stat=s) for s in ("p50", "p90", "Maximum")
    ]
    busy = [[{"expression": _search(where, pipeline)}] for where in _JOBS]
    return [
        _widget(f"{pipeline}: executions", 0, y, ended, _DAY, "Sum"),
        _widget(f"{pipeline}: duration in ms", 1, y, took, _DAY, "Maximum"),
        _widget(f"{pipeline}: CPU of jobs in %", 2, y, busy, _SECONDS, "Average"),
    ]


def _search(where: str, pipeline: str) -> str:
    words = f"CPUUtilization ${{Environment}} {pipeline}"
    return f"SEARCH('{where} {words}', 'Average', {_SECONDS})"


def _metric(name: str, machine: str, **options: str) -> list[Any]:
    return [NAMESPACE, name, "StateMachineArn", machine, options]


def _widget(
    title: str, column: int, y: int, metrics: list[Any], period: int, stat: str
) -> dict[str, Any]:
    return {
        "type": "metric",
        "x": column * _WIDTH,
        "y": y,
        "width": _WIDTH,
        "height": _HEIGHT,
        "properties": {
            "title": title,
            "region": "${AWS::Region}",
            "view": "timeSeries",
            "period": period,
            "stat": stat,
            "metrics": metrics,
        },
    }
