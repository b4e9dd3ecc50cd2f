"""`pipeline prune`: what is old and nothing refers to, deleted once somebody agrees.

Never: deletes anything that it has not listed.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from mlmax_pipelines.base.errors import UsageError
from mlmax_pipelines.cli.app import App, say, show
from mlmax_pipelines.cli.target import aws_environment_option, confirm, deployment
from mlmax_pipelines.observe import units
from mlmax_pipelines.observe.render import cells

if TYPE_CHECKING:
    from collections.abc import Sequence

    from mlmax_pipelines.aws.objects import Folder
    from mlmax_pipelines.project.pruning import Prunable


@click.command()
@aws_environment_option
@click.option(
    "--older-than",
    type=click.IntRange(1),
    metavar="DAYS",
    help="[default: data_retention_days of the environment]",
)
@click.option(
    "--below",
    metavar="ADDRESS",
    help="Delete all data below this s3:// address, however old.",
)
@click.option("-n", "--dry-run", is_flag=True, help="List it, delete nothing.")
@click.option("-y", "--yes", is_flag=True, help="Ask nothing: for CI.")
@click.pass_obj
def prune(
    app: App,
    env: str,
    older_than: int | None,
    below: str | None,
    dry_run: bool,
    yes: bool,
) -> None:
    """Delete what executions wrote and deployments were made of, once it is old.

    What a version of a model, a parameter or a running execution names stays, and so
    does what was deployed since then. Records of what ran and was deployed stay always.
    Every version of an object is deleted: it is gone. --below deletes what is known of
    a person, say; it is refused where a model refers to it.

    \b
    Examples:
      pipeline prune -e dev --older-than 90 --dry-run
      pipeline prune -e prod --yes
      pipeline prune -e prod --below s3://my-bucket/data/0f1e2d3c.../customers.csv
    """
    from mlmax_pipelines.project import pruning

    with deployment(app, env) as target:
        days = older_than or target.environment.data_retention_days
        if below:
            found = [pruning.below(target, below)]
        elif days:
            found = pruning.old(target, days)
        else:
            raise UsageError(
                "nobody says how old is old",
                hint=f"'--older-than 365', or data_retention_days in envs/{env}.yaml",
            )
        folders = [folder for one in found for folder in one.folders]
        if not _agreed(found, folders, dry_run, yes):
            return
        for number, folder in enumerate(folders, 1):
            pruning.delete(target, folder)
            say(f"[{number}/{len(folders)}] deleted s3://{folder.bucket}/{folder.key}")


def _agreed(
    found: Sequence[Prunable], folders: Sequence[Folder], dry_run: bool, yes: bool
) -> bool:
    """Whether all of it may go, once it is shown."""
    if not folders:
        say("there is nothing to delete")
        return False
    show(cells.table(["WHAT", "FOLDERS", "SIZE"], [_row(one) for one in found]))
    for folder in folders if dry_run else ():
        show(f"s3://{folder.bucket}/{folder.key}")
    if not dry_run and confirm(f"delete {len(folders)} folders?", yes):
        return True
    say("nothing was deleted")
    return False


def _row(one: Prunable) -> list[str]:
    return [one.what, str(len(one.folders)), units.size(one.bytes)]
