"""A stack made anew over what an earlier one of its name left: its data, its models.

What comes in: a deployment, its stack. What goes out: what the stack has, or is to
have, of an earlier one. Never: a second bucket beside the one that models lie in
unseen; a group of models in the way of a stack without a word of what to do.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from mlmax_pipelines.aws import deployments, references, retained
from mlmax_pipelines.aws.retained import Kept
from mlmax_pipelines.aws.stacks import Stack
from mlmax_pipelines.base import layout
from mlmax_pipelines.base.errors import AwsError, UsageError
from mlmax_pipelines.project.planning import Plan

if TYPE_CHECKING:
    from mlmax_pipelines.project.deployment import Deployment


def adopted(target: Deployment, stack: Stack | None) -> tuple[Kept, ...]:
    """What the stack has of an earlier one, or takes in when it is made.

    Raises UsageError where there is nothing to take in, AwsError for what is another
    project's.
    """
    if _is_made(stack):
        return retained.adopted(stack)
    if not target.adopt:
        return ()
    bucket = target.bucket_of(stack)
    if found := left(target, bucket):
        return found
    raise UsageError(
        f"no earlier stack '{target.stack_name}' left anything, as far as bucket "
        f"'{bucket}' knows",
        hint="give the bucket that it was deployed from; or deploy without '--adopt'",
    )


def left(target: Deployment, bucket: str) -> tuple[Kept, ...]:
    """What an earlier stack of this name left, and what is there still.

    Raises AwsError when it was another project's, Refused when nobody says.
    """
    record = deployments.latest(target.session, bucket, target.stack_name) or {}
    known = (Kept(*one) for one in record.get("kept", ()))
    found = tuple(one for one in known if retained.is_there(target.session, one))
    env, own = target.environment.name, target.environment.project
    owner = record.get("project") or own
    if found and owner != own and not target.take_over:
        raise AwsError(
            f"an earlier stack '{target.stack_name}', of project '{owner}', left "
            f"{_names(found)}",
            hint=f"give this one a 'stack' of its own in envs/{env}.yaml; 'pipeline "
            f"deploy -e {env} --adopt --take-over' makes all that this project's",
        )
    return found


def check(target: Deployment, stack: Stack | None, plan: Plan) -> None:
    """Raises AwsError for a stack that would be made beside what it could take in, or
    whose models would lose their code."""
    if stack is not None and _is_made(stack):
        _check_code(target, stack.parameters.get("CodeBucket", ""), plan)
        return
    if target.adopt:
        return
    if found := left(target, plan.package.bucket):
        again = f"-e {target.environment.name} --bucket {plan.package.bucket}"
        raise AwsError(
            f"an earlier stack '{target.stack_name}' left {_names(found)}: nothing was "
            "deployed",
            hint=f"'pipeline deploy {again} --adopt' goes on with them; "
            f"'pipeline destroy {again} --delete-data' deletes them",
        )


def _check_code(target: Deployment, before: str, plan: Plan) -> None:
    """Versions of models name the code that serves them where it was uploaded to."""
    if before in ("", plan.package.bucket):
        return
    place = layout.uri(before, layout.CODE)
    versions = references.of_models(target.session, f"{target.stack_name}-")
    if needing := [arn for arn, text in versions if place in text]:
        raise AwsError(
            f"{len(needing)} versions of models are served by code in bucket "
            f"'{before}', {needing[0]} for one: nothing was deployed",
            hint=f"deploy from '{before}'; or delete these versions once others are "
            "registered",
        )


def _names(found: tuple[Kept, ...]) -> str:
    return ", ".join(one.name for one in found)


def _is_made(stack: Stack | None) -> bool:
    return stack is not None and stack.exists and not stack.lost
