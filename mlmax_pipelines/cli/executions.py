"""`pipeline list`, `status`, `compare`, `stop`: executions, asked of their backend.

What comes in: names or ids of executions. What goes out: tables, or JSON for other
programs. Never: a status computed here.
"""

from __future__ import annotations

import json
import time
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

import click

from mlmax_pipelines.asl.history import STATUSES
from mlmax_pipelines.cli.app import (
    App,
    environment_option,
    format_option,
    in_environment,
    say,
    show,
)
from mlmax_pipelines.cli.summary import run_again
from mlmax_pipelines.observe import billing, metrics, units
from mlmax_pipelines.observe.evidence import model_package
from mlmax_pipelines.observe.failure import Failure, caught, failure
from mlmax_pipelines.observe.render import cells, terminal
from mlmax_pipelines.observe.steps import folded
from mlmax_pipelines.observe.timeline import Row, read
from mlmax_pipelines.project.executions import attributed

if TYPE_CHECKING:
    from collections.abc import Sequence

    from mlmax_pipelines.asl.history import HistoryEvent
    from mlmax_pipelines.backends.contract import Backend, ExecutionRecord

EXECUTION = "[EXECUTION]"
_WIDEST = 48
_MODELS_LEFT = "models of batch inferences that failed or still run, kept for a redrive"


@click.command("list")
@click.argument("pipeline", default="", metavar="[NAME]")
@environment_option
@click.option(
    "--status",
    type=click.Choice(STATUSES),
    metavar="STATUS",
    help="Only executions of this status: " + ", ".join(STATUSES) + ".",
)
@click.option("-n", "--limit", default=20, show_default=True, help="At most so many.")
@click.option(
    "-w",
    "--wide",
    is_flag=True,
    help="Who started, deployed and approved it, and the seconds its jobs are billed "
    "for: reads each history.",
)
@format_option("table", "json")
@click.pass_obj
def list_(
    app: App,
    pipeline: str,
    env: str,
    status: str | None,
    limit: int,
    wide: bool,
    form: str,
) -> None:
    """List executions, newest first; with NAME, those of one pipeline.

    One that succeeded only because errors were caught names the steps that failed.

    \b
    Examples:
      pipeline list
      pipeline list training --status FAILED -n 5
      pipeline list -e dev --format json
    """
    backend = app.backend(env)
    listed = backend.list(pipeline, status or "", limit)
    models, costs = _told(backend, listed) if wide else ([], [])
    known = [_with_output(backend, one) for one in listed]
    records = attributed(backend, known, models)
    if form == "json":
        told = [{**asdict(one), "caught": caught(one)} for one in records]
        for one, cost in zip(told, costs):
            one["billed"] = [step._asdict() for step in cost]
        show(json.dumps(told, indent=2))
    elif records:
        show(terminal.executions(records, time.time(), costs))
        if left := backend.models_left({record.pipeline for record in records}):
            say(f"{_MODELS_LEFT}: {len(left)}")
    else:
        of = f" of '{pipeline}'" if pipeline else ""
        _say_none(f"{of} that are {status}" if status else of, env)


def _say_none(which: str, env: str) -> None:
    next = (
        "'pipeline list{}' shows all" if which else "'pipeline run NAME{}' starts one"
    )
    hint = next.format(in_environment(env))
    say(f"no executions{which} in environment '{env}': {hint}")


def _told(
    backend: Backend, records: Sequence[ExecutionRecord]
) -> tuple[list[str], list[list[billing.Billed]]]:
    """What histories tell: the model of each, and what it is billed for."""
    models: list[str] = []
    costs: list[list[billing.Billed]] = []
    for record in records:
        events = list(backend.events(record.id))
        models.append(model_package(events) or "")
        costs.append(billing.billed(events))
    return models, costs


def _with_output(backend: Backend, record: ExecutionRecord) -> ExecutionRecord:
    """One that succeeded with its output, which says what was caught; Step Functions
    tells it of one execution at a time."""
    if record.status != "SUCCEEDED" or record.output is not None:
        return record
    return backend.describe(record.id)


@click.command()
@click.argument("execution", default="latest", metavar=EXECUTION)
@environment_option
@click.option("-f", "--follow", "to_end", is_flag=True, help="Watch it until it ends.")
@format_option("table", "json")
@click.pass_obj
def status(app: App, execution: str, env: str, to_end: bool, form: str) -> None:
    """Show the steps of an execution (the latest, unless named) and how they stand.

    With --follow, Ctrl-C ends the watching, not the execution.

    \b
    Examples:
      pipeline status
      pipeline status training/latest
      pipeline status nightly-7 --follow
      pipeline status nightly-7 --format json
    """
    backend = app.backend(env)
    record = backend.describe(execution)
    if to_end and record.status == "RUNNING":
        from mlmax_pipelines.cli.follow import follow

        follow(backend, app.project.pipeline(record.pipeline), record, own=False)
        record = app.conclude(backend, backend.describe(record.id))
    states = app.project.states(record.pipeline)
    events = list(backend.events(record.id))
    timeline = read(events, states)
    rows = folded(timeline.rows)
    if form == "json":
        show(_as_json(record, events, rows))
        return
    (record,) = attributed(backend, [record], [model_package(events) or ""])
    show(terminal.executions([record], time.time()) + "\n")
    show(terminal.steps(rows, time.time()))
    found = failure(timeline)
    if cost := terminal.billed(billing.billed(events)):
        show(cost)
    say(terminal.people(record))
    told = [text for text in (record.error, record.cause) if text]
    if told and not found:
        show(f"\nwhy it ended: {': '.join(told)}")
    if found:
        _say_next(backend, record, found)


def _as_json(
    record: ExecutionRecord, events: Sequence[HistoryEvent], rows: Sequence[Row]
) -> str:
    more = {
        "metrics": metrics.metrics(record, events),
        "steps": [_step_data(row) for row in rows],
        "billed": [one._asdict() for one in billing.billed(events)],
    }
    return json.dumps({**asdict(record), **more}, indent=2)


def _say_next(backend: Backend, record: ExecutionRecord, found: Failure) -> None:
    if backend.log_end(record.id, found.visit, 1):
        command = f"pipeline logs {record.name} '{found.visit}'"
        say(f"\nnext: {command}{in_environment(record.environment)}")
    if found.again:
        say(f"\nnext: {run_again(record, found)}")


def _step_data(row: Row) -> dict[str, Any]:
    return {
        "step": row.step,
        "iteration": row.iteration,
        "status": row.status,
        "started": row.started,
        "stopped": row.stopped,
        "attempts": row.attempts,
        "error": row.error,
        "cause": row.cause,
    }


@click.command()
@click.argument("first", metavar="EXECUTION")
@click.argument("second", metavar="EXECUTION", default="latest")
@environment_option
@click.pass_obj
def compare(app: App, first: str, second: str, env: str) -> None:
    """Put two executions side by side: metrics, parameters, what they ran and cost.

    The second one is the latest, unless named. Of what they ran (spec, code, data,
    packages) only the differences are shown.

    \b
    Examples:
      pipeline compare nightly-6 nightly-7
      pipeline compare nightly-6
      pipeline compare nightly-6 training/latest
    """
    backend = app.backend(env)
    names = (first, second)
    a, b = (app.conclude(backend, backend.describe(name)) for name in names)
    if a.id == b.id:
        say(f"'{a.name}' beside itself: name another one to see what differs")
    found = metrics.compare(a, b, backend.events(a.id), backend.events(b.id))
    evidence = [row for row in found.evidence if row.differs]
    show(cells.table(["", a.name, b.name], _heads(a, b)))
    for title, rows in (
        ("METRIC", found.metrics),
        ("PARAMETER", found.parameters),
        ("RAN", evidence),
        ("BILLED SECONDS", found.billed),
    ):
        if rows:
            lines = [_difference(row) for row in rows]
            show("\n" + cells.table([title, a.name, b.name, "CHANGE"], lines))


def _heads(a: ExecutionRecord, b: ExecutionRecord) -> list[list[str]]:
    rows = (terminal.execution(record, time.time()) for record in (a, b))
    return [list(row) for row in zip(terminal.EXECUTION_HEADS, *rows)][1:]


def _difference(row: metrics.Difference) -> list[str]:
    change = "" if not row.differs else "differs"
    if row.differs and row.delta is not None:
        change = units.change(row.delta)
        change += f" ({units.percent(row.percent)})" if row.percent is not None else ""
    a, b = cells.beside(_text(row.a), _text(row.b), _WIDEST)
    return [row.name, a, b, change]


def _text(value: Any) -> str:
    return "-" if value is None else units.number(value)


@click.command()
@click.argument("execution", default="latest", metavar=EXECUTION)
@environment_option
@click.option("--cause", default="stopped by 'pipeline stop'", help="Kept with it.")
@click.pass_obj
def stop(app: App, execution: str, env: str, cause: str) -> None:
    """Stop an execution (the latest, unless named) and the jobs it has running.

    \b
    Examples:
      pipeline stop training-20260101-120000
      pipeline stop --cause "wrong input"
    """
    backend = app.backend(env)
    record = backend.describe(execution)
    if record.status != "RUNNING":
        say(f"'{record.name}' is not running: it {cells.ended(record.status)}")
        return
    backend.stop(record.name, cause)
    show(f"stopped '{record.name}'")
