"""`pipeline deploy`: an environment on AWS brought to what the specs say.

What comes in: an environment, a bucket. What goes out: what changes, for a person to
approve; then CloudFormation's events, and exit code 3 when it fails. Never: deploys
what nobody saw, or lets `--yes` widen permissions or lose data unasked.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from mlmax_pipelines.base.errors import AwsError, UsageError
from mlmax_pipelines.cli import review as words
from mlmax_pipelines.cli.app import App, say
from mlmax_pipelines.cli.target import (
    aws_environment_option,
    bucket_option,
    confirm,
    deployment,
    settled,
    show,
    uploading,
)

if TYPE_CHECKING:
    from mlmax_pipelines.aws.changes import Review
    from mlmax_pipelines.aws.changesets import ChangeSet
    from mlmax_pipelines.aws.events import Event
    from mlmax_pipelines.aws.stacks import Stack
    from mlmax_pipelines.project.deployment import Deployment
    from mlmax_pipelines.project.planning import Plan

IAM, REPLACE = "iam", "replace"


@click.command()
@aws_environment_option
@bucket_option
@click.option("-y", "--yes", is_flag=True, help="Ask nothing: for CI.")
@click.option(
    "--allow",
    multiple=True,
    type=click.Choice([IAM, REPLACE]),
    help="With --yes: go on even if IAM gets wider, or what holds data is replaced.",
)
@click.option("--dry-run", is_flag=True, help="Show what would change, change nothing.")
@click.pass_obj
def deploy(
    app: App, env: str, bucket: str, yes: bool, allow: tuple[str, ...], dry_run: bool
) -> None:
    """Deploy every pipeline of the project to an environment on AWS.

    Uploads what is not there yet, shows what would change (states, permissions,
    parameters, resources), asks, and follows CloudFormation to the end. When it
    fails, what was deployed before is back, and the exit code is 3.

    \b
    Examples:
      pipeline deploy -e dev --bucket my-bucket
      pipeline deploy -e dev --dry-run
      pipeline deploy -e prod --yes --allow iam
    """
    with deployment(app, env, bucket) as target:
        stack = target.stack()
        if not dry_run:
            stack = settled(target, stack, yes)
        plan = target.plan(stack)
        _upload(target, plan)
        if target.is_deployed(stack, plan):
            say(f"nothing to do: stack '{target.stack_name}' is up to date")
            return
        change_set = target.change_set(stack, plan)
        if change_set is None:
            say(
                f"nothing to do: CloudFormation sees no change to '{target.stack_name}'"
            )
            return
        try:
            found = target.annotated(target.review(stack, plan), change_set)
            _present(target, stack, found)
            approved = not dry_run and _approved(found, yes, allow)
        except BaseException:
            target.discard(change_set)
            raise
        if approved:
            _execute(target, stack, change_set, found)
        else:
            target.discard(change_set)
            say("nothing was deployed")


def _upload(target: Deployment, plan: Plan) -> None:
    target.check_bucket(plan)
    keys = target.missing(plan)
    if keys:
        target.upload(plan, keys, uploading(len(keys)))


def _present(target: Deployment, stack: Stack | None, found: Review) -> None:
    new = stack is None or not stack.exists
    verb = "would be created" if new else "would be changed"
    account = target.session.identity.account
    place = f"in {target.session.region}, account {account}"
    click.echo(f"stack '{target.stack_name}' {place}, {verb}\n")
    for line in words.lines(found):
        click.echo(line)
    click.echo(f"\n{words.counts(found)}")


def _approved(found: Review, yes: bool, allow: tuple[str, ...]) -> bool:
    """Whether this may be deployed. Raises UsageError for what `--yes` may not do."""
    if yes:
        refused = list(_refusals(found, allow))
        if refused:
            missing = " ".join(f"--allow {word}" for word, _ in refused)
            reasons = "; ".join(reason for _, reason in refused)
            hint = f"look at it; '--yes {missing}' deploys it nevertheless"
            raise UsageError(f"not deployed: {reasons}", hint=hint)
    return confirm("deploy this?", yes)


def _refusals(found: Review, allow: tuple[str, ...]) -> list[tuple[str, str]]:
    refused = []
    widened = found.permissions.widened
    if widened and not found.first and IAM not in allow:
        holders = ", ".join(sorted({s.holder for s in widened}))
        refused.append((IAM, f"permissions get wider ({holders})"))
    if found.risky and REPLACE not in allow:
        names = ", ".join(str(change.name) for change in found.risky)
        refused.append((REPLACE, f"what holds data would be replaced or go ({names})"))
    return refused


def _execute(
    target: Deployment, stack: Stack | None, change_set: ChangeSet, found: Review
) -> None:
    name = target.stack_name
    total = len(found.resources) + len({c.name.stack for c in found.resources} - {""})
    say(f"deploying stack '{name}'")
    last, events = show(target.execute(change_set), name, total)
    if last.status not in ("CREATE_COMPLETE", "UPDATE_COMPLETE"):
        raise _failure(name, last, events, first=stack is None or not stack.exists)
    click.echo(f"deployed stack '{name}'")
    env = target.environment.name
    pipelines = [pipeline.name for pipeline in target.pipelines]
    say(f"next: pipeline run {pipelines[0]} -e {env}" if pipelines else "")


def _failure(name: str, last: Event, events: list[Event], first: bool) -> AwsError:
    """What went wrong first, and what is there now."""
    from mlmax_pipelines.aws.events import first_cause

    cause = first_cause(events)
    why = "no reason given"
    if cause is not None:
        where = "/".join(dict.fromkeys(p for p in (cause.stack, cause.logical_id) if p))
        why = f"{where} ({cause.type}): {cause.reason or cause.status}"
    done = "created" if first else "updated"
    text = f"stack '{name}' was not {done}: {why}"
    return AwsError(text, hint=f"{_left(last.status, first)} ({last.status})")


def _left(status: str, first: bool) -> str:
    if status in ("ROLLBACK_COMPLETE", "DELETE_COMPLETE"):
        return "what had been created is gone again: mend it and deploy once more"
    if status == "UPDATE_ROLLBACK_COMPLETE":
        return "what was deployed before is back: mend it and deploy once more"
    if status == "UPDATE_ROLLBACK_FAILED":
        return "rolling back failed, too: deploy again to go on with the rollback"
    return "some of it is left" if first else "look at the stack's events"
