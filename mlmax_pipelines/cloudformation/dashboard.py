"""One CloudWatch dashboard for all pipelines of an environment.

What comes in: compiled pipelines. What goes out: the dashboard's resource. Never: a
dashboard for each pipeline, which AWS would bill one by one.

State machines and alarms are found by their names, which are known before they are
made, so that the dashboard can stand in the template that all others depend on. Jobs
are found by what their names begin with, in the namespace and the dimension that their
kind declares; a search takes the words of a name one after the other.

Sources: Amazon CloudWatch User Guide, "Dashboard body structure and syntax" and
"CloudWatch search expression syntax"; Amazon SageMaker Developer Guide, "Amazon
SageMaker metrics in Amazon CloudWatch", job metrics.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Sequence
from typing import Any

from mlmax_pipelines.base.limits import WIDGET_ALARMS, WIDGETS, check
from mlmax_pipelines.base.names import PREFIX, machine_name
from mlmax_pipelines.cloudformation import alarms
from mlmax_pipelines.cloudformation.tags import Tag, sub
from mlmax_pipelines.compiled import CompiledPipeline

_WIDTH, _HEIGHT = 6, 6
_ALARMS_HEIGHT = 3
_MACHINE = (
    "arn:${AWS::Partition}:states:${AWS::Region}:${AWS::AccountId}:"
    f"stateMachine:{machine_name(PREFIX, '')}"
)
_COUNTS = ("Started", "Succeeded", "Failed", "TimedOut", "Aborted")
_HOUR, _MINUTE = 3_600, 60
# The dimension of a metric, and its namespace: where a kind of jobs reports.
_Source = tuple[str, str]
_Row = Callable[[CompiledPipeline, int], Iterator[dict[str, Any]]]


def dashboard(pipelines: Sequence[CompiledPipeline]) -> dict[str, Any]:
    """The alarms, then a row for each pipeline.

    Raises PipelineError when CloudWatch would not take so many widgets.
    """
    widgets = _all(pipelines, _row)
    if len(widgets) > WIDGETS:
        widgets = _all(pipelines, _executions)
    check("dashboard of the environment", len(widgets), WIDGETS)
    properties = {
        # A dashboard is the account's, whatever the region; a stack's name is not.
        "DashboardName": sub(f"{PREFIX}-${{AWS::Region}}"),
        "DashboardBody": Tag("Sub", _text(widgets)),
    }
    return {"Type": "AWS::CloudWatch::Dashboard", "Properties": properties}


def _all(pipelines: Sequence[CompiledPipeline], row: _Row) -> list[dict[str, Any]]:
    widgets = [*_alarms(pipelines)]
    for pipeline in pipelines:
        top = max(widget["y"] + widget["height"] for widget in widgets)
        widgets += row(pipeline, top)
    return widgets


def _alarms(pipelines: Sequence[CompiledPipeline]) -> Iterator[dict[str, Any]]:
    """The state of every alarm, in as many widgets as that takes."""
    every = [name for one in pipelines for name in alarms.names(one.name)]
    arns = [f"{alarms.ARN}{name}" for name in (*every, alarms.LETTERS)]
    for start in range(0, max(len(arns), 1), WIDGET_ALARMS):
        yield {
            "type": "alarm",
            "x": 0,
            "y": start // WIDGET_ALARMS * _ALARMS_HEIGHT,
            "width": 4 * _WIDTH,
            "height": _ALARMS_HEIGHT,
            "properties": {
                "title": f"Alarms of {PREFIX}",
                "alarms": arns[start : start + WIDGET_ALARMS],
            },
        }


def _row(pipeline: CompiledPipeline, y: int) -> Iterator[dict[str, Any]]:
    """How executions ended, how long they took, how busy their jobs were."""
    yield from _executions(pipeline, y)
    for column, used in enumerate(("CPU", "Memory"), 2):
        searches = [
            [_search(source, words, used)]
            for source, words in _searched(pipeline).items()
        ]
        if searches:
            title = f"{pipeline.name}: {used} of jobs in use, %"
            yield _widget(title, column, y, searches, _MINUTE, "Average")


def _executions(pipeline: CompiledPipeline, y: int) -> Iterator[dict[str, Any]]:
    """How executions ended and how long they took: as much as there is room for where
    there are many pipelines."""
    name = pipeline.name
    counts = [_metric(name, f"Executions{word}", label=word) for word in _COUNTS]
    yield _widget(f"{name}: executions", 0, y, counts, _HOUR, "Sum")
    took = [
        _metric(name, "ExecutionTime", stat=stat, label=stat)
        for stat in ("Average", "Maximum")
    ]
    yield _widget(f"{name}: duration, ms", 1, y, took, _HOUR, "Average")


def _searched(pipeline: CompiledPipeline) -> dict[_Source, str]:
    """Where jobs report -> the words that the names of all of the pipeline's jobs begin
    with.

    Whole words: a search matches nothing shorter.
    """
    found: dict[_Source, list[list[str]]] = {}
    for job in (state.job for state in pipeline.states):
        if job is not None and job.kind.namespace:
            source = (job.kind.namespace, job.kind.dimension)
            found.setdefault(source, []).append(job.prefix.split("-"))
    return {source: "-".join(_common(names)) for source, names in sorted(found.items())}


def _common(names: Sequence[Sequence[str]]) -> Iterator[str]:
    for words in zip(*names):
        if len(set(words)) > 1:
            return
        yield words[0]


def _search(source: _Source, words: str, used: str) -> dict[str, str]:
    namespace, dimension = source
    metric = f'{{{namespace},{dimension}}} MetricName="{used}Utilization"'
    # Without a label: CloudWatch names each line by its job.
    search = f"SEARCH('{metric} {dimension}={words}', 'Average', {_MINUTE})"
    return {"expression": search}


def _metric(pipeline: str, name: str, **options: str) -> list[Any]:
    machine = f"{_MACHINE}{pipeline}"
    return [alarms.NAMESPACE, name, "StateMachineArn", machine, options]


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


def _text(widgets: Sequence[dict[str, Any]]) -> str:
    """JSON with a line for each metric and alarm, so that a difference is readable."""
    return '{"widgets": [\n' + ",\n".join(map(_lines, widgets)) + "\n]}\n"


def _lines(widget: dict[str, Any]) -> str:
    properties = dict(widget["properties"])
    key, items = properties.popitem()
    head = json.dumps({**widget, "properties": {**properties, key: []}})
    lines = ",\n".join(f"  {json.dumps(item)}" for item in items)
    return head.removesuffix("]}}") + f"\n{lines}\n]}}}}"
