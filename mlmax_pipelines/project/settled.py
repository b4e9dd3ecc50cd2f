"""A stack in a state that a deployment can start from.

What comes in: the stack as it is. What goes out: one that is busy waited for, one that
was never created deleted, one whose rollback is stuck rolled back, once a person has
agreed. Never: any of that unasked.
"""

from __future__ import annotations

from mlmax_pipelines.aws import stacks
from mlmax_pipelines.aws.stacks import Stack
from mlmax_pipelines.base.errors import AwsError
from mlmax_pipelines.project.deployment import Deployment
from mlmax_pipelines.project.person import Person, followed


def settled(target: Deployment, stack: Stack | None, person: Person) -> Stack | None:
    """The stack once it can be deployed to; None when there is none (any more).

    Offers what AWS asks for when it is not. Raises AwsError when that is refused.
    """
    if stack is not None and stack.in_progress:
        stack = _waited(target, stack, person)
    if stack is None:
        return None
    if stack.lost:
        _made_anew(target, stack, person)
        return None
    if stack.status == stacks.STUCK:
        return _rolled_back(target, stack, person)
    return stack


def _waited(target: Deployment, stack: Stack, person: Person) -> Stack | None:
    busy = f"stack '{stack.name}' is busy ({stack.status})"
    if not person.agrees(f"{busy}: wait until it is done?"):
        raise AwsError(busy, hint="rerun when it is done, or with '--yes' to wait")
    person.tell(f"waiting for stack '{stack.name}' ({stack.status})")
    return target.wait(stack)


def _made_anew(target: Deployment, stack: Stack, person: Person) -> None:
    failed = "is half gone" if stack.status == stacks.UNDELETED else "was never created"
    what = f"stack '{stack.name}' {failed} ({stack.status})"
    if not person.agrees(f"{what}: delete what is left of it and create it anew?"):
        raise AwsError(
            f"{what}; it can only be deleted",
            hint=f"'pipeline destroy -e {target.environment.name}', then deploy again",
        )
    person.tell(f"deleting what is left of stack '{stack.name}' ({stack.status})")
    last = followed(person, target.delete(stack), stack.name)[-1]
    if last.failed:
        raise AwsError(f"stack '{stack.name}' cannot be deleted: {last.reason}")


def _rolled_back(target: Deployment, stack: Stack, person: Person) -> Stack | None:
    stuck = f"stack '{stack.name}' is stuck ({stack.status}"
    if not person.agrees(f"{stuck}: {stack.reason}): go on with the rollback?"):
        raise AwsError(
            f"{stuck}): {stack.reason}",
            hint="mend what the reason names, then rerun and let the rollback go on",
        )
    person.tell(f"going on with the rollback of stack '{stack.name}'")
    last = followed(person, target.continue_rollback(stack), stack.name)[-1]
    if last.failed:
        raise AwsError(
            f"the rollback of stack '{stack.name}' failed again: {last.reason}",
            hint="mend what the reason names, or skip that resource in the console "
            "('Continue update rollback'), then rerun",
        )
    return target.stack()
