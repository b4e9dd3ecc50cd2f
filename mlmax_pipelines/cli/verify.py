"""`pipeline verify`: whether an execution's evidence still holds.

What comes in: an execution. What goes out: a table of what was checked, and exit code
4 when something does not match. Never: changes anything.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from mlmax_pipelines.base.errors import ExecutionError
from mlmax_pipelines.cli.app import App, environment_option, say, show
from mlmax_pipelines.observe import units
from mlmax_pipelines.observe.render import cells

if TYPE_CHECKING:
    from collections.abc import Mapping

    from mlmax_pipelines.backends.contract import ExecutionRecord
    from mlmax_pipelines.observe.evidence import Finding

_HEADERS = ["", "WAS", "IS"]
_SHORT = 16


@click.command()
@click.argument("execution", default="latest", metavar="[EXECUTION]")
@environment_option
@click.option("-v", "--verbose", is_flag=True, help="Show what matches, too.")
@click.pass_obj
def verify(app: App, execution: str, env: str, verbose: bool) -> None:
    """Check the evidence of an execution (the latest, unless named).

    Every execution leaves evidence.json beside its outputs: digests of spec, template,
    definition and code, the git commit, inputs, images and artifacts. What is stored of
    them is computed again; that the project has moved on since is told, and no fault.
    The exit code is 4 when something no longer matches, or when there is no evidence:
    nothing is written. That evidence.json itself is what it was is known from
    the execution's record, on AWS from the object's first version and its checksum;
    against somebody who may rewrite both nothing is claimed.

    \b
    Examples:
      pipeline verify
      pipeline verify nightly-7 -e dev --verbose
    """
    from mlmax_pipelines.project import evidence, executions

    backend = app.backend(env)
    record = backend.describe(execution)
    findings, made = executions.verify(app.project, backend, record)
    if made and made["by"] != evidence.ITSELF:
        say(_after(record, made))
    moved = [one.what for one in findings if one.moves and not one.matches]
    if moved:
        say(f"the project has moved on since: another {', '.join(moved)}")
    findings = [finding for finding in findings if not finding.moves]
    wrong = [finding for finding in findings if not finding.matches]
    shown = findings if verbose else wrong
    if shown:
        show(cells.table(_HEADERS, [_row(finding) for finding in shown]))
    if wrong:
        raise ExecutionError(
            f"{len(wrong)} of {len(findings)} things no longer match in '{record.name}'"
        )
    show(f"'{record.name}' matches its evidence in all {len(findings)} things checked")


def _after(record: ExecutionRecord, made: Mapping[str, Any]) -> str:
    """When its evidence was made, and by whom."""
    late = units.duration(made["time"] - (record.stop_time or made["time"]))
    when = units.moment(made["time"])
    return f"its evidence was made {when}, {late} after its end, by {made['by']}"


def _row(finding: Finding) -> list[str]:
    if finding.was is None:
        return [finding.what, "not there", _short(finding.now)]
    return [finding.what, _short(finding.was), _short(finding.now)]


def _short(value: Any) -> str:
    if value is None:
        return "gone"
    text = str(value)
    return text if len(text) <= _SHORT else text[:_SHORT] + "..."
