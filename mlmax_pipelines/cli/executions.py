"""`pipeline list`, `status`, `compare`, `stop`: executions, asked of their backend.

What comes in: names or ids of executions. What goes out: tables, or JSON for other
programs. Never: a status computed here.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import click

from mlmax_pipelines.asl.history import STATUSES
from mlmax_pipelines.cli import words
from mlmax_pipelines.cli.app import App, environment_option, format_option, say

if TYPE_CHECKING:
    from mlmax_pipelines.backends.base import ExecutionRecord

EXECUTION = "[EXECUTION]"


@click.command("list")
@click.argument("pipeline", default="", metavar="[NAME]")
@environment_option
@click.option(
    "--status",
    default="",
    type=click.Choice(["", *STATUSES]),
    metavar="STATUS",
    help="Only executions of this status: " + ", ".join(STATUSES) + ".",
)
@click.option("-n", "--limit", default=20, show_default=True, help="At most so many.")
@format_option("table", "json")
@click.pass_obj
def list_(
    app: App, pipeline: str, env: str, status: str, limit: int, form: str
) -> None:
    """List executions, newest first; with NAME, those of one pipeline.

    \b
    Examples:
      pipeline list
      pipeline list training --status FAILED -n 5
      pipeline list -e dev --format json
    """
    records = app.backend(env).list(pipeline, status, limit)
    if form == "json":
        click.echo(json.dumps([_data(record) for record in records], indent=2))
    elif records:
        rows = [_row(record) for record in records]
        click.echo(
            words.table(["EXECUTION", "PIPELINE", "STATUS", "STARTED", "TOOK"], rows)
        )
    else:
        say(f"no executions in environment '{env}': start one with 'pipeline run NAME'")


def _row(record: ExecutionRecord) -> list[str]:
    end = record.stop_time
    return [
        record.name,
        record.pipeline,
        words.status(record.status),
        words.moment(record.start_time),
        words.duration(end - record.start_time) if end else "",
    ]


def _data(record: ExecutionRecord) -> dict[str, Any]:
    from dataclasses import asdict

    return asdict(record)


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
        say(f"'{record.name}' is not running: it {words.ended(record.status)}")
        return
    backend.stop(record.name, cause)
    click.echo(f"stopped '{record.name}'")
