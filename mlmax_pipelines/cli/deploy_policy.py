"""`pipeline deploy-policy`: the IAM policy for whoever deploys. Asks AWS nothing."""

from __future__ import annotations

import json

import click

from mlmax_pipelines.cli.app import App
from mlmax_pipelines.cli.target import aws_environment_option, deployment


@click.command("deploy-policy")
@aws_environment_option
@click.option("--bucket", required=True, metavar="NAME", help="Bucket for the code.")
@click.pass_obj
def deploy_policy(app: App, env: str, bucket: str) -> None:
    """Print the IAM policy that deploying this environment needs, as JSON.

    It is worked out from what the specs compile to; docs/deploy-policy.json is that of
    this project's environment dev. 'pipeline destroy --delete-data' needs more: to
    delete what executions wrote.

    \b
    Examples:
      pipeline deploy-policy -e dev --bucket my-bucket > docs/deploy-policy.json
    """
    with deployment(app, env, bucket) as target:
        click.echo(json.dumps(target.policy(bucket), indent=2))
