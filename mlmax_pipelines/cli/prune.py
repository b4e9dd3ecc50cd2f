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
    from mlmax_pipelines.aws.streams import Stream
    from mlmax_pipelines.environment import Environment
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
    What jobs printed goes after log_retention_days, here as in the stack's own logs.
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
        if below:
            found = [pruning.below(target, below)]
        else:
            found = pruning.old(target, older_than or _days(target.environment))
        places = [place for one in found for place in one.places]
        if not _agreed(found, places, dry_run, yes):
            return
        for number, place in enumerate(places, 1):
            place.delete(target.session)
            say(f"[{number}/{len(places)}] deleted {place.address}")


def _days(env: Environment) -> int:
    """How old is old. Raises UsageError."""
    if not env.data_retention_days:
        raise UsageError(
            "nobody says how old is old",
            hint=f"'--older-than 365', or data_retention_days in envs/{env.name}.yaml",
        )
    return env.data_retention_days


def _agreed(
    found: Sequence[Prunable],
    places: Sequence[Folder | Stream],
    dry_run: bool,
    yes: bool,
) -> bool:
    """Whether all of it may go, once it is shown."""
    if not places:
        say("there is nothing to delete")
        return False
    show(cells.table(["WHAT", "PLACES", "SIZE"], [_row(one) for one in found]))
    for place in places if dry_run else ():
        show(place.address)
    if not dry_run and confirm(f"delete all {len(places)}?", yes):
        return True
    say("nothing was deleted")
    return False


def _row(one: Prunable) -> list[str]:
    return [one.what, str(len(one.places)), units.size(one.bytes) if one.bytes else "-"]
