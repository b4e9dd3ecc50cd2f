"""`pipeline outputs`: what a deployed environment is made of."""

from __future__ import annotations

import json

import click

from mlmax_pipelines.cli.app import App, format_option, show
from mlmax_pipelines.cli.target import aws_environment_option, deployment
from mlmax_pipelines.observe.render import cells


@click.command()
@aws_environment_option
@format_option("table", "json")
@click.pass_obj
def outputs(app: App, env: str, form: str) -> None:
    """Print the outputs of a deployed environment: bucket, state machines.

    \b
    Examples:
      pipeline outputs -e dev
      pipeline outputs -e dev --format json
    """
    from mlmax_pipelines.aws import stacks

    with deployment(app, env) as target:
        found = stacks.deployed(target.session, target.environment).outputs
    if form == "json":
        show(json.dumps(dict(sorted(found.items())), indent=2))
    else:
        rows = [[name, value] for name, value in sorted(found.items())]
        show(cells.table(["OUTPUT", "VALUE"], rows))
