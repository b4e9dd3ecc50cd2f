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
    deployment,
    typed,
)

if TYPE_CHECKING:
    from mlmax_pipelines.aws.stacks import Stack
    from mlmax_pipelines.project.deploy import Kept

# Kept under a name of its own, which the next stack would want.
_NAMED = "AWS::SageMaker::ModelPackageGroup"
# A group goes only without versions in it ("DeleteModelPackageGroup" in the SageMaker
# API Reference). Lines for any POSIX shell, and the AWS CLI asks for all pages itself.
_FREE = """\
for version in $(aws sagemaker list-model-packages --region {region} \\
    --model-package-group-name {group} --output text \\
    --query 'ModelPackageSummaryList[].ModelPackageArn'); do
  aws sagemaker delete-model-package --region {region} --model-package-name "$version"
done
aws sagemaker delete-model-package-group --region {region} \\
  --model-package-group-name {group}"""


@click.command()
@aws_environment_option
@click.option("-y", "--yes", is_flag=True, help="Ask nothing: for CI.")
@click.option(
    "--delete-data", is_flag=True, help="Delete what executions wrote, and models, too."
)
@click.pass_obj
def destroy(app: App, env: str, yes: bool, delete_data: bool) -> None:
    """Delete an environment's stack. Asks for its name first.

    The bucket that executions wrote to and the registered models stay, unless
    --delete-data says otherwise. The bucket with the code always stays: it is yours.

    \b
    Examples:
      pipeline destroy -e dev
      pipeline destroy -e dev --delete-data --yes
    """
    from mlmax_pipelines.project import deploy

    def approve(stack: Stack, kept: Kept) -> bool:
        _present(stack, kept, delete_data)
        if yes or typed("type the stack's name to go on", stack.name):
            return True
        say("that is not its name: nothing was deleted")
        return False

    with deployment(app, env) as target:
        kept = deploy.destroy(target, Terminal(yes), approve, delete_data)
    for type, name in kept or ():
        if type == _NAMED and not delete_data:
            say(
                f"before you deploy '{env}' again, its name has to be free: {name}; "
                "this deletes all of its versions, and then itself:"
            )
            say(_FREE.format(region=target.session.region, group=name))


def _present(stack: Stack, kept: Kept, delete_data: bool) -> None:
    what = "and all its data" if delete_data else "but not its data"
    say(f"this deletes stack '{stack.name}' {what}:")
    for type, name in kept:
        say(f"  {'deletes' if delete_data else 'keeps'} {name} ({type})")
