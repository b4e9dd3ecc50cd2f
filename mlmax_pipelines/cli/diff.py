"""`pipeline diff`: what a deployment would change, without touching anything."""

from __future__ import annotations

import click

from mlmax_pipelines.cli.app import App, say
from mlmax_pipelines.cli.review import shown
from mlmax_pipelines.cli.target import aws_environment_option, bucket_option, deployment

EXIT_DIFFERENT = 1


@click.command()
@click.argument("names", nargs=-1, metavar="[NAME]...")
@aws_environment_option
@bucket_option
@click.pass_context
def diff(context: click.Context, names: tuple[str, ...], env: str, bucket: str) -> None:
    """Show how the deployed environment differs from the specs. Reads only.

    With NAMEs, these pipelines of it, and what all of them share.

    The exit code is 0 when it does not differ, 1 when it does, 2 or 3 for errors.
    Which resources CloudFormation would replace for other reasons than their name,
    it tells when it is asked to deploy: 'pipeline deploy' shows it before it asks.

    \b
    Examples:
      pipeline diff -e prod
      pipeline diff -e dev || echo "dev is not what main says"
    """
    from mlmax_pipelines.project import deploy

    app: App = context.obj
    with deployment(app, env, bucket) as target:
        target.names = names
        review = deploy.diff(target)
        if review is None:
            say(f"stack '{target.stack_name}' is what the specs say")
            return
        shown(review)
    context.exit(EXIT_DIFFERENT)
