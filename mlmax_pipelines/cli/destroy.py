"""`pipeline destroy`: an environment's stack deleted; its data only if told so.

Never: deletes anything that a person has not named, or data without `--delete-data`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from mlmax_pipelines.cli.app import App, say
from mlmax_pipelines.cli.target import (
    Terminal,
    aws_environment_option,
    bucket_option,
    deployment,
    typed,
)

if TYPE_CHECKING:
    from collections.abc import Sequence

    from mlmax_pipelines.aws.retained import Kept


@click.command()
@aws_environment_option
@bucket_option
@click.option("-y", "--yes", is_flag=True, help="Ask nothing: for CI.")
@click.option(
    "--delete-data", is_flag=True, help="Delete what executions wrote, and models, too."
)
@click.pass_obj
def destroy(app: App, env: str, bucket: str, yes: bool, delete_data: bool) -> None:
    """Delete an environment's stack. Asks for its name first.

    The bucket that executions wrote to and the registered models stay, unless
    --delete-data says otherwise: 'deploy --adopt' goes on with them. The bucket with
    the code always stays: it is yours; --bucket says which it is of a stack that is
    gone already.

    \b
    Examples:
      pipeline destroy -e dev
      pipeline destroy -e dev --delete-data --yes
      pipeline destroy -e dev --delete-data --bucket my-bucket
    """
    from mlmax_pipelines.project import deploy

    def approve(stack: str, kept: Sequence[Kept]) -> bool:
        what = "and all its data" if delete_data else "but not its data"
        this = f"stack '{stack}' {what}" if there else f"what stack '{stack}' left"
        say(f"this deletes {this}:")
        for one in kept:
            word = "deletes" if delete_data else "keeps"
            say(f"  {word} {one.name} ({one.type})")
        if yes or typed("type the stack's name to go on", stack):
            return True
        say("that is not its name: nothing was deleted")
        return False

    with deployment(app, env, bucket) as target:
        there = target.stack()
        code = target.bucket_of(there) if there else bucket
        kept = deploy.destroy(target, Terminal(yes), approve, delete_data)
    if kept and not delete_data:
        again = f"-e {env} --bucket {code}"
        say(f"to go on with what is kept: pipeline deploy {again} --adopt")
        say(f"to delete it: pipeline destroy {again} --delete-data")
