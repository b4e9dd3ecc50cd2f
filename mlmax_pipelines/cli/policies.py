"""`pipeline policies`: the IAM policies of who deploys, runs, looks or approves."""

from __future__ import annotations

import json

import click

from mlmax_pipelines.base.errors import UsageError
from mlmax_pipelines.cli.app import App, say, show
from mlmax_pipelines.cli.target import aws_environment_option, deployment

WHO = ("deploy", "run", "look", "approve", "prune")


@click.command()
@click.argument("who", default="deploy", type=click.Choice(WHO), metavar="[WHO]")
@aws_environment_option
@click.option("--bucket", required=True, metavar="NAME", help="Bucket for the code.")
@click.option("--part", type=click.IntRange(1), help="Print this document alone.")
@click.pass_obj
def policies(app: App, who: str, env: str, bucket: str, part: int | None) -> None:
    """Print the least IAM policy of who does something in an environment, as JSON.

    WHO deploys (unless another is named), or does one of: 'run', which starts, stops
    and follows executions; 'look', which writes nothing; 'approve', which judges
    registered models; 'prune', which deletes what nobody needs. AWS is asked nothing.

    That of a deployment is worked out from what the specs compile to;
    docs/deploy-policy.json is that of this project's environment dev. A managed policy
    has at most 6,144 characters, white space not counted: what has more is a list of
    documents, each a policy of its own. With 'permissions_boundary' in the environment,
    roles are made under that boundary alone. 'pipeline destroy --delete-data' needs
    more: to delete what executions wrote.

    \b
    Examples:
      pipeline policies -e dev --bucket my-bucket > docs/deploy-policy.json
      pipeline policies look -e prod --bucket my-bucket
      pipeline policies -e dev --bucket my-bucket --part 2 > second.json
    """
    with deployment(app, env, bucket) as target:
        found = target.policies(bucket, who)
    if part is not None and part > len(found):
        hint = f"there are {len(found)}: leave '--part' out for all"
        raise UsageError(f"there is no document {part}", hint=hint)
    chosen = found if part is None else [found[part - 1]]
    show(json.dumps(chosen if len(chosen) > 1 else chosen[0], indent=2))
    if len(chosen) > 1:
        parts = f"'--part 1' to '--part {len(found)}' print each alone"
        say(f"{len(found)} documents: attach each as a managed policy; {parts}")
