"""`pipeline deploy`: an environment on AWS brought to what the specs say.

What comes in: an environment, a bucket. What goes out: what changes, for a person to
approve; then CloudFormation's events, and exit code 3 when it fails. Never: deploys
what nobody saw, or lets `--yes` widen permissions or lose data unasked.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import click

from mlmax_pipelines import manifest
from mlmax_pipelines.base.errors import UsageError
from mlmax_pipelines.cli.app import App, say, show
from mlmax_pipelines.cli.review import counts, lines, shown
from mlmax_pipelines.cli.target import (
    Terminal,
    aws_environment_option,
    bucket_option,
    confirm,
    deployment,
)

if TYPE_CHECKING:
    from collections.abc import Callable

    from mlmax_pipelines.aws.changes import Review
    from mlmax_pipelines.project.deployment import Deployment


allow_option = click.option(
    "--allow",
    multiple=True,
    type=click.Choice(["iam", "replace", "roles"]),
    help="With --yes: go on even if IAM gets wider, what holds data is replaced, or "
    "roles of the environment's own lack permissions.",
)


@click.command()
@click.argument("names", nargs=-1, metavar="[NAME]...")
@aws_environment_option
@bucket_option
@click.option("-y", "--yes", is_flag=True, help="Ask nothing: for CI.")
@allow_option
@click.option(
    "--take-over",
    is_flag=True,
    help="Make a stack this project's that is another one's, or nobody's.",
)
@click.option(
    "--adopt",
    is_flag=True,
    help="Go on with the bucket and the models that an earlier stack left.",
)
@click.option(
    "--when-idle",
    is_flag=True,
    help="Wait for executions that run with permissions it takes away.",
)
@click.option("--dry-run", is_flag=True, help="Show what 'diff' shows, touch nothing.")
@click.pass_obj
def deploy(app: App, /, env: str, bucket: str, dry_run: bool, **how: Any) -> None:
    """Deploy the pipelines of an environment on AWS: all, unless it lists some.

    With NAMEs, these alone: the others stay as they are deployed. More than one
    operation of CloudFormation may change is deployed group by group.

    Uploads what is not there yet, shows what would change (states, permissions,
    parameters, resources), asks, and follows CloudFormation to the end. When it
    fails, what was deployed before is back, and the exit code is 3.

    \b
    Examples:
      pipeline deploy -e dev --bucket my-bucket
      pipeline deploy -e dev --dry-run
      pipeline deploy -e prod --yes --allow iam
      pipeline deploy training -e prod
    """
    from mlmax_pipelines.cli.create import refuse_stale

    refuse_stale(app)
    names, yes, allow = (how.pop(key) for key in ("names", "yes", "allow"))
    if not dry_run:
        _identified(app, env, yes)
    with deployment(app, env, bucket, **how) as target:
        asking = None if dry_run else (Terminal(yes), _asking(target, yes, allow))
        for group in [names] if names else _groups(target):
            target.names = group
            deployed = _deploy(target, asking)
        if deployed and target.pipelines:
            first = names[0] if names else target.pipelines[0].name
            say(f"next: pipeline run {first} -e {env}")


def _deploy(target: Deployment, asking: Any) -> bool:
    """Whether anything was deployed; where nobody is asked, it is only shown."""
    from mlmax_pipelines.project import deploy

    if asking:
        return deploy.deploy(target, *asking)
    _would(target, deploy.diff(target))
    return False


def _asking(
    target: Deployment, yes: bool, allow: tuple[str, ...]
) -> Callable[[Review], bool]:
    is_new = False

    def approve(review: Review) -> bool:
        nonlocal is_new
        present(target, review)
        # A later group of a stack that was not there before widens nobody's rights.
        is_new = is_new or review.first
        return approved(replace(review, first=is_new), yes, allow)

    return approve


def _groups(target: Deployment) -> list[tuple[str, ...]]:
    """All of an environment's pipelines, in as many groups as it takes."""
    from mlmax_pipelines.project import groups

    found = groups.parts(target)
    target.by_groups = len(found) > 1
    if target.by_groups:
        say(f"more than one operation may change: {len(found)} groups of pipelines")
    return found


def _identified(app: App, env: str, yes: bool) -> None:
    """Have the project an id, which nobody else's has."""
    from mlmax_pipelines.project import ownership

    made = ownership.give_id(app.project.root, app.project.environment(env), yes)
    if made:
        say(f"this project is '{made}' from now on: commit {manifest.FILE}, so that")
        say("  whoever deploys its stacks, from whatever clone, is known to own them")


def _would(target: Deployment, review: Review | None) -> None:
    if review is None:
        say(f"stack '{target.stack_name}' is what the specs say")
    else:
        shown(review)
        say("nothing was deployed: this is what would change")


def present(target: Deployment, review: Review) -> None:
    verb = "would be created" if review.first else "would be changed"
    account = target.session.identity.account
    place = f"in {target.session.region}, account {account}"
    show(f"stack '{target.stack_name}' {place}, {verb}\n")
    for line in lines(review):
        show(line)
    show(f"\n{counts(review)}")


def approved(review: Review, yes: bool, allow: tuple[str, ...]) -> bool:
    """Whether this may be deployed. Raises UsageError for what `--yes` may not do."""
    from mlmax_pipelines.project import deploy

    refused = list(deploy.refusals(review, allow)) if yes else []
    if refused:
        missing = " ".join(f"--allow {word}" for word, _ in refused)
        reasons = "; ".join(reason for _, reason in refused)
        hint = f"look at it; '--yes {missing}' deploys it nevertheless"
        raise UsageError(f"not deployed: {reasons}", hint=hint)
    return confirm("deploy this?", yes)
