"""`pipeline deployments` and `rollback`: what was deployed before, and back to it.

Never: goes back to what nobody saw, or with `--yes` to what nobody may agree to unseen.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import click

from mlmax_pipelines.cli.app import App, format_option, say, show
from mlmax_pipelines.cli.deploy import allow_option, approved, present
from mlmax_pipelines.cli.target import Terminal, aws_environment_option, deployment
from mlmax_pipelines.observe import units
from mlmax_pipelines.observe.render import cells

if TYPE_CHECKING:
    from mlmax_pipelines.aws.changes import Review

_SHORT = 10


@click.command()
@aws_environment_option
@format_option("table", "json")
@click.pass_obj
def deployments(app: App, env: str, form: str) -> None:
    """List what was deployed to an environment, newest first.

    \b
    Examples:
      pipeline deployments -e prod
      pipeline rollback -e prod --to 20300102-030405-a1b2
    """
    from mlmax_pipelines.aws import deployments, stacks

    with deployment(app, env) as target:
        stack = stacks.deployed(target.session, target.environment)
        place = (stack.parameters["CodeBucket"], target.stack_name)
        ids = deployments.ids(target.session, *place)
        read = (deployments.read(target.session, *place, id) for id in reversed(ids))
        found = [one for one in read if one]
    if form == "json":
        keys = ("seen", "parameters")
        told = [{k: v for k, v in one.items() if k not in keys} for one in found]
        show(json.dumps(told, indent=2))
    elif found:
        show(
            cells.table(
                ["DEPLOYMENT", "WHEN", "BY", "COMMIT"], [_row(one) for one in found]
            )
        )
    else:
        say(f"no deployment of stack '{target.stack_name}' is recorded")


def _row(one: Any) -> list[str]:
    commit = one.get("commit", "")[:_SHORT] + "*" * bool(one.get("dirty"))
    if back := one.get("rolled_back_to"):
        commit += f" (back to {back})"
    return [one["id"], units.moment(one["time"]), one["by"], commit]


@click.command()
@aws_environment_option
@click.option("--to", default="", metavar="DEPLOYMENT", help="As listed.")
@click.option("-y", "--yes", is_flag=True, help="Ask nothing: for CI.")
@allow_option
@click.pass_obj
def rollback(app: App, env: str, to: str, yes: bool, allow: tuple[str, ...]) -> None:
    """Deploy what was deployed before, from its package in the bucket.

    Without --to, it is the one before what is deployed now. The specs at hand do not
    matter. It is shown and asked for as any deployment is.

    \b
    Examples:
      pipeline rollback -e prod
      pipeline rollback -e prod --to 20300102-030405-a1b2
    """
    from mlmax_pipelines.project import deploy
    from mlmax_pipelines.project.rollback import Rollback

    with deployment(app, env, kind=Rollback) as target:
        target.to = to

        def approve(review: Review) -> bool:
            present(target, review)
            return approved(review, yes, allow)

        deploy.deploy(target, Terminal(yes), approve)
