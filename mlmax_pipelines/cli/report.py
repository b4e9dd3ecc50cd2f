"""`pipeline report`: one execution as a page, or as text for a pull request or here.

Never: decides what a report says.
"""

from __future__ import annotations

from pathlib import Path

import click

from mlmax_pipelines.base.layout import REPORTS
from mlmax_pipelines.cli.app import (
    App,
    environment_option,
    format_option,
    near,
    say,
    show,
)

_SUFFIX = {"html": ".html", "md": ".md", "txt": ".txt"}


@click.command()
@click.argument("execution", default="latest", metavar="[EXECUTION]")
@environment_option
@format_option("html", "md", "txt")
@click.option(
    "-o",
    "--output",
    metavar="FILE",
    help="Where to write it; '-' is stdout.  [default: .mlmax/reports/]",
)
@click.pass_obj
def report(app: App, execution: str, env: str, form: str, output: str | None) -> None:
    """Write the report of an execution (the latest, unless named) and print its path.

    It holds the graph with statuses, parameters, metrics, pictures, artifacts with
    size and SHA-256, and the versions of code and data. The HTML page is one file that
    needs nothing else.

    \b
    Examples:
      pipeline report
      pipeline report nightly-7 -o nightly-7.html
      pipeline report --format txt -o -
      pipeline report --format md -o - | gh pr comment --body-file -
    """
    from mlmax_pipelines.project import reports

    backend = app.backend(env)
    record = app.conclude(backend, backend.describe(execution))
    text = reports.report(app.project, backend, record, form)
    if output == "-":
        show(text, nl=False)
        return
    file = app.project.root / REPORTS / f"{record.name}{_SUFFIX[form]}"
    path = Path(output) if output else file
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")
    say(f"wrote the report of '{record.name}'")
    show(near(path))
