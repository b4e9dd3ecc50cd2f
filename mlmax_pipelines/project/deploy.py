"""A deployment's way: from specs and an environment to a stack that is what they say.

    settle      the stack as it is now; a busy, stuck or stillborn one brought to where
                a deployment can start                        (settled.settled)
    plan        compile -> templates -> package, with the environment's parameters
                                                              (Deployment.plan)
    upload      what is not in the bucket yet                 (upload)
    compare     a stack that is what the plan says needs nothing
                                                              (Deployment.is_deployed)
    change set  CloudFormation's own preview                  (Deployment.change_set)
    review      what it changes: states, permissions, parameters, resources; annotated
                with the replacements that only CloudFormation knows of
    approve     whoever deploys says yes to that review, or the change set is discarded
    execute     CloudFormation does it; its events are told to the end

`deploy` walks it all. Whoever else deploys at the same time is waited for, and the way
begins anew: what was to be deployed may be there already. `diff` goes from the plan to
the review and touches nothing, as does a dry run; `package` ends with the upload,
`destroy` is the way back.

What comes in: a `Deployment`, the `Person` who deploys. What goes out: a deployed
stack. Never: prints; a stack changed that nobody has approved.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace

from mlmax_pipelines.aws import retained
from mlmax_pipelines.aws.changes import Field, Review
from mlmax_pipelines.aws.changesets import ChangeSet
from mlmax_pipelines.aws.drift import Drift
from mlmax_pipelines.aws.events import Event, first_cause
from mlmax_pipelines.aws.retained import Kept
from mlmax_pipelines.aws.stacks import Stack
from mlmax_pipelines.base.errors import AwsError
from mlmax_pipelines.project import ownership, running
from mlmax_pipelines.project.deployment import Deployment
from mlmax_pipelines.project.person import Person, followed
from mlmax_pipelines.project.planning import Plan
from mlmax_pipelines.project.settled import settled

IAM, REPLACE, ROLES = "iam", "replace", "roles"
_DEPLOYED = ("CREATE_COMPLETE", "UPDATE_COMPLETE")
# What services say to a role that IAM has not told them of yet: "Troubleshoot IAM" in
# the IAM User Guide, changes that are not always immediately visible.
_EARLY = re.compile(
    "not authorized to access the Log Destination"
    "|authorized to assume the provided role|cannot be assumed by Lambda"
)
_TRIES = 3


def deploy(
    target: Deployment, person: Person, approve: Callable[[Review], bool]
) -> bool:
    """Bring the stack to what the specs say; whether anything was deployed.

    Raises AwsError when it failed: what was there before is back, or it says what not.
    """
    tries = _TRIES
    while begun := _begun(target, person, approve):
        try:
            _told_to_its_end(target, person, *begun)
            return True
        except _TooSoon as error:
            tries -= 1
            if not tries:
                raise
            person.tell(f"{error.problem.message}: IAM was not that far; once more")
            approve = _once_more(target, person, begun[1], approve)
    return False


def diff(target: Deployment) -> Review | None:
    """What a deployment would change; None when nothing. Reads only."""
    stack = target.stack()
    plan = target.plan(stack)
    # One that was never created, or is half gone, would be made anew.
    there = None if stack is None or stack.lost else stack
    found = _drifted(target.drift(there))
    if target.is_deployed(there, plan) and not found:
        return None
    return replace(target.review(there, plan), drift=found)


def package(target: Deployment, person: Person) -> Plan:
    """Everything in the bucket, nothing deployed: what was put there."""
    plan = target.plan(None if target.bucket else target.stack())
    if not upload(target, plan, person):
        person.tell("nothing to upload: everything is in the bucket already")
    return plan


def upload(target: Deployment, plan: Plan, person: Person) -> bool:
    """Put into the bucket what is not there yet; whether that was anything."""
    target.check_bucket(plan)
    keys = target.missing(plan)
    if keys:
        target.upload(plan, keys, person.uploads(len(keys)))
    return bool(keys)


def destroy(
    target: Deployment,
    person: Person,
    approve: Callable[[str, Sequence[Kept]], bool],
    delete_data: bool,
) -> Sequence[Kept] | None:
    """Delete the stack; what it keeps, which goes too with `delete_data`; and so does
    what one left that is gone.

    None when nothing was deleted. Raises AwsError.
    """
    stack, name = target.stack(), target.stack_name
    kept = target.retained(stack) if stack or delete_data else ()
    if stack is None and not kept:
        person.tell(f"nothing to do: there is no stack '{name}'")
        return None
    if not approve(name, kept):
        return None
    if stack is not None:
        last = followed(person, target.delete(stack), name)[-1]
        if last.failed:
            hint = "mend what the reason names, then run 'pipeline destroy' again"
            raise AwsError(f"'{name}' was not deleted: {last.reason}", hint=hint)
        person.done(f"deleted stack '{name}'")
    for one in kept if delete_data else ():
        retained.delete(target.session, one.type, one.name)
        person.done(f"deleted {one.name}")
    return kept


def refusals(review: Review, allowed: Sequence[str]) -> Iterator[tuple[str, str]]:
    """What nobody may agree to unseen, but for what is `allowed`: the word that allows
    it, and what it is."""
    widened = review.permissions.widened
    if widened and not review.first and IAM not in allowed:
        holders = ", ".join(sorted({s.holder for s in widened}))
        yield IAM, f"permissions get wider ({holders})"
    if review.risky and REPLACE not in allowed:
        names = ", ".join(str(change.name) for change in review.risky)
        what = "what holds data or starts executions would be replaced or go"
        yield REPLACE, f"{what} ({names})"
    if review.lacking and ROLES not in allowed:
        yield ROLES, f"roles lack permissions ({', '.join(review.lacking)})"


def _drifted(found: Sequence[Drift]) -> tuple[tuple[str, tuple[Field, ...]], ...]:
    return tuple((f"{one.type} {one.id}", one.fields) for one in found)


_Begun = tuple[Iterator[Event], Review, Plan]


class _TooSoon(AwsError):
    """A service looked at a new role before IAM had told it of the role."""


def _once_more(
    target: Deployment,
    person: Person,
    review: Review,
    approve: Callable[[Review], bool],
) -> Callable[[Review], bool]:
    """Take away what a first deployment left; who says yes to the next one: whoever
    did, unless it is the same."""
    stack = target.stack()
    if review.first and stack is not None and stack.lost:
        followed(person, target.delete(stack), stack.name)
    return lambda found: found == review or approve(found)


def _begun(
    target: Deployment, person: Person, approve: Callable[[Review], bool]
) -> _Begun | None:
    """A deployment under way, and what it was approved for; None without one.

    When another one comes in between, CloudFormation refuses a change set that was made
    for what is there no longer: then it is begun anew.
    """
    while True:
        stack = settled(target, target.stack(), person)
        ownership.check(target, stack, person)
        try:
            return _executed(target, person, stack, approve)
        except AwsError:
            now = target.stack()
            if _version(now) == _version(stack):
                raise
            person.tell(
                f"somebody else deploys stack '{target.stack_name}' "
                f"({now.status if now else 'deleted'}): looking at it anew"
            )


def _version(stack: Stack | None) -> tuple[str, ...]:
    if stack is None or not stack.exists:
        return ()
    return (stack.id, stack.status, stack.changed)


def _executed(
    target: Deployment,
    person: Person,
    stack: Stack | None,
    approve: Callable[[Review], bool],
) -> _Begun | None:
    name = target.stack_name
    plan = target.plan(stack)
    target.check_free(stack, plan)
    upload(target, plan, person)
    drift = target.drift(stack)
    same = target.is_deployed(stack, plan)
    if same and not drift:
        person.tell(f"nothing to do: stack '{name}' is up to date")
        for line in target.roles(stack, plan).lines:
            person.tell(line)
        return None
    running.waited(target, stack, plan, person)
    change_set = None if same else target.change_set(stack, plan)
    if change_set is None and not drift:
        person.tell(f"nothing to do: CloudFormation sees no change to '{name}'")
        return None
    review = _approved(target, stack, plan, change_set, approve, _drifted(drift))
    if review is None:
        person.tell("nothing was deployed")
        return None
    for one in drift:
        target.put_back(one)
        person.done(f"put back {one.type} {one.id}")
    if change_set is None:
        return None
    events = target.execute(change_set)
    person.tell(f"deploying stack '{name}'")
    return events, review, plan


def _approved(
    target: Deployment,
    stack: Stack | None,
    plan: Plan,
    change_set: ChangeSet | None,
    approve: Callable[[Review], bool],
    drift: tuple[tuple[str, tuple[Field, ...]], ...],
) -> Review | None:
    """The review that was approved; else the change set is taken back."""
    approved = False
    try:
        review = replace(target.review(stack, plan), drift=drift)
        if change_set is not None:
            review = target.annotated(review, change_set)
        approved = approve(review)
    finally:
        if not approved and change_set is not None:
            target.discard(change_set)
    return review if approved else None


def _told_to_its_end(
    target: Deployment,
    person: Person,
    under_way: Iterator[Event],
    review: Review,
    plan: Plan,
) -> None:
    name, found = target.stack_name, review.resources
    total = len(found) + len({change.name.stack for change in found} - {""})
    events = followed(person, under_way, name, total)
    if events[-1].status not in _DEPLOYED:
        raise _failure(name, events, review.first)
    target.record(plan, person)
    person.done(f"deployed stack '{name}'")


def _failure(name: str, events: Sequence[Event], first: bool) -> AwsError:
    """What went wrong first, and what is there now."""
    cause, last = first_cause(events), events[-1]
    why = "no reason given"
    if cause is not None:
        where = "/".join(dict.fromkeys(p for p in (cause.stack, cause.logical_id) if p))
        why = f"{where} ({cause.type}): {cause.reason or cause.status}"
    done = "created" if first else "updated"
    text = f"stack '{name}' was not {done}: {why}"
    kind = _TooSoon if _EARLY.search(why) else AwsError
    return kind(text, hint=f"{_left(last.status, first)} ({last.status})")


def _left(status: str, first: bool) -> str:
    if status in ("ROLLBACK_COMPLETE", "DELETE_COMPLETE"):
        return "what had been created is gone again: mend it and deploy once more"
    if status == "UPDATE_ROLLBACK_COMPLETE":
        return "what was deployed before is back: mend it and deploy once more"
    if status == "UPDATE_ROLLBACK_FAILED":
        return "rolling back failed, too: deploy again to go on with the rollback"
    return "some of it is left" if first else "look at the stack's events"
