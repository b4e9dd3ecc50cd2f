"""`pipeline destroy`: an environment's stack deleted; its data only if told so.

Never: deletes anything that a person has not named, or data without `--delete-data`.
"""

from __future__ import annotations

import click

from mlmax_pipelines.base.errors import AwsError
from mlmax_pipelines.cli.app import App, say
from mlmax_pipelines.cli.target import aws_environment_option, deployment, show, typed

# Kept under a name of its own, which the next stack would want.
_NAMED = "AWS::SageMaker::ModelPackageGroup"
_DELETE_GROUP = "aws sagemaker delete-model-package-group --model-package-group-name"


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
    from mlmax_pipelines.aws import retained

    with deployment(app, env) as target:
        stack = target.stack()
        if stack is None:
            say(f"nothing to do: there is no stack '{target.stack_name}'")
            return
        kept = target.retained(stack)
        what = "and all its data" if delete_data else "but not its data"
        say(f"this deletes stack '{stack.name}' {what}:")
        for kind, name in kept:
            say(f"  {'deletes' if delete_data else 'keeps'} {name} ({kind})")
        if not yes and not typed("type the stack's name to go on", stack.name):
            say("that is not its name: nothing was deleted")
            return
        last, _ = show(target.delete(stack), stack.name)
        if last.failed:
            hint = "mend what the reason names, then run 'pipeline destroy' again"
            raise AwsError(f"'{stack.name}' was not deleted: {last.reason}", hint=hint)
        click.echo(f"deleted stack '{stack.name}'")
        if delete_data:
            for kind, name in kept:
                retained.delete(target.session, kind, name)
                click.echo(f"deleted {name}")
            return
        for kind, name in kept:
            if kind == _NAMED:
                say(f"before you deploy '{env}' again, its name has to be free: {name}")
                say(f"  {_DELETE_GROUP} {name}")
