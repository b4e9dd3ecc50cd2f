"""Executions that run while what they run with is taken from them.

What comes in: a deployed stack, what a deployment changes in it. What goes out: how
many executions of which machines that hurts. Never: one stopped.

An execution goes on with the definition that it began with ("Executions and state
machine updates" in the Step Functions Developer Guide), but with its role as that is: a
permission that goes is missed by the state that still needs it.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from mlmax_pipelines.aws import stacks
from mlmax_pipelines.aws.changes import MACHINE, Review
from mlmax_pipelines.aws.drift import ROLE
from mlmax_pipelines.aws.failures import Refused
from mlmax_pipelines.aws.session import Session
from mlmax_pipelines.aws.stacks import Stack
from mlmax_pipelines.project.person import Person

if TYPE_CHECKING:
    from mlmax_pipelines.project.deployment import Deployment
    from mlmax_pipelines.project.planning import Plan

_SECONDS = 15.0


def hurt(session: Session, stack: Stack, review: Review) -> dict[str, int]:
    """Machine -> how many of its executions run with what goes; as far as one may
    look."""
    narrowed = {one.holder.partition("/")[0] for one in review.permissions.narrowed}
    gone = {
        change.name.stack
        for change in review.resources
        if change.kind in ("removed", "replaced") and change.type in (MACHINE, ROLE)
    }
    if not (affected := (narrowed | gone) - {""}):
        return {}
    try:
        nested = stacks.nested_ids(session, stack.id)
        machines = [
            item["PhysicalResourceId"]
            for name in sorted(affected & nested.keys())
            for item in stacks.resources(session, nested[name])
            if item["ResourceType"] == MACHINE
        ]
        counts = [(arn.rpartition(":")[2], _running(session, arn)) for arn in machines]
    except Refused:
        return {}
    return {name: count for name, count in counts if count}


def told(found: Mapping[str, int]) -> str:
    """`2 executions of ml-training run`; "" for none."""
    parts = [
        f"{count} execution{'s' if count > 1 else ''} of {name}"
        for name, count in found.items()
    ]
    runs = "runs" if sum(found.values()) == 1 else "run"
    return f"{', '.join(parts)} {runs}" if parts else ""


def note(found: Mapping[str, int]) -> tuple[str, ...]:
    """What to say of it before a deployment."""
    if not found:
        return ()
    why = "with permissions that go, and may fail for want of them"
    return (f"{told(found)} {why}; '--when-idle' waits for their end",)


def waited(target: Deployment, stack: Stack | None, plan: Plan, person: Person) -> None:
    """Wait until a deployment hurts no execution, if it is to."""
    said = ""
    while target.when_idle and stack and (found := target.hurt(stack, plan)):
        if told(found) != said:
            said = told(found)
            person.tell(f"waiting: {said} with what this deployment takes away")
        target.sleep(_SECONDS)


def _running(session: Session, machine: str) -> int:
    given = {"stateMachineArn": machine, "statusFilter": "RUNNING"}
    pages = session.pages("stepfunctions", "list_executions", **given)
    return sum(len(page["executions"]) for page in pages)
