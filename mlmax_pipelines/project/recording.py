"""A deployment's own record: what was deployed, and what was changed by hand since.

What comes in: a deployment, its stack. What goes out: a record in the code bucket, what
differs from the last one. Never: a deployment that fails because nobody may record it.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from mlmax_pipelines import __version__
from mlmax_pipelines.aws import deployments, drift, retained, stacks
from mlmax_pipelines.aws.drift import Drift
from mlmax_pipelines.aws.failures import Refused
from mlmax_pipelines.aws.stacks import Stack
from mlmax_pipelines.project.deployment import Deployment
from mlmax_pipelines.project.person import Person
from mlmax_pipelines.project.planning import Plan

_LOOKS = 10
_SECONDS_BETWEEN_LOOKS = 3.0


def record(target: Deployment, plan: Plan, person: Person) -> None:
    """Keep what was deployed just now; who may not keep it is told so."""
    from mlmax_pipelines.local.evidence import GitState

    git = GitState(target.root)
    try:
        stack = stacks.deployed(target.session, target.environment)
        content = {
            "time": target.clock(),
            "by": target.session.identity.arn,
            "project": target.environment.project,
            "environment": target.environment.name,
            "stack": target.stack_name,
            "tool": __version__,
            **(plan.origin or git.read()),
            "root": plan.package.root_key,
            "parameters": dict(stack.parameters),
            "specs": plan.specs,
            "kept": retained.kept(target.session, stack),
            "seen": _seen(target, plan, stack),
        }
        bucket = plan.package.bucket
        deployments.write(target.session, bucket, target.stack_name, content)
    except Refused as error:
        person.tell(f"this deployment was not recorded: {error.problem.message}")


def _seen(target: Deployment, plan: Plan, stack: Stack) -> drift.Seen:
    """What the stack's resources are set to, once AWS tells of what was deployed; what
    it does not tell of is left out: nobody is to put back what was before."""
    for left in reversed(range(_LOOKS)):
        found = drift.seen(target.session, stack.id)
        fitting = {
            key: one
            for key, one in found.items()
            if drift.fits(_resource(plan, *one["of"]), one["set"])
        }
        if len(fitting) == len(found) or not left:
            break
        target.sleep(_SECONDS_BETWEEN_LOOKS)
    return fitting


def _resource(plan: Plan, stack: str, name: str) -> Mapping[str, Any]:
    nested: Mapping[str, Any] = plan.package.nested.get(stack, {}).get("Resources", {})
    found: Mapping[str, Any] = nested.get(name, {})
    return found


def drifted(target: Deployment, stack: Stack | None) -> tuple[Drift, ...]:
    """What somebody changed since the last recorded deployment of the stack."""
    if stack is None or not stack.exists or stack.lost:
        return ()
    bucket = stack.parameters.get("CodeBucket", "")
    known = deployments.latest(target.session, bucket, target.stack_name)
    if known is None:
        return ()
    return tuple(drift.drift(known["seen"], drift.seen(target.session, stack.id)))
