"""What somebody changed by hand in a stack since it was deployed, and how to undo it.

What comes in: a stack, what was seen in it right after its deployment. What goes out:
what is otherwise now. Never: looks at what holds data.

CloudFormation sees no change made past it, and an update leaves it as it is. What
decides what runs, and what may run, is looked at: state machines, roles, schedules.

Sources: "Detect unmanaged configuration changes to stacks and resources with drift
detection" in the CloudFormation User Guide; the APIs' own references.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from typing import Any, NamedTuple

from mlmax_pipelines.aws import stacks
from mlmax_pipelines.aws.changes import MACHINE, SCHEDULE, Field, fields
from mlmax_pipelines.aws.failures import Refused
from mlmax_pipelines.aws.session import Session

ROLE = "AWS::IAM::Role"
# What a schedule is besides its name, and can be given back.
_SCHEDULE = (
    "ScheduleExpression ScheduleExpressionTimezone State Target FlexibleTimeWindow "
    "Description"
).split()
# Type and physical id of a resource -> which one it is (`of`: logical ids of its nested
# stack and of itself), what it is `set` to, and of a machine the `revision`.
Seen = Mapping[str, Mapping[str, Any]]


class Drift(NamedTuple):
    """One resource: what it is called, what differs, and what it was set to."""

    type: str
    id: str
    fields: tuple[Field, ...]
    was: Mapping[str, Any]


def seen(session: Session, stack_id: str) -> dict[str, dict[str, Any]]:
    """What the machines, roles and schedules of a stack are set to now; those left out
    that the caller may not look at."""
    found = {}
    for name, nested in stacks.nested_ids(session, stack_id).items():
        for item in stacks.resources(session, nested):
            look = _LOOKS.get(item["ResourceType"])
            if look is not None:
                id = item["PhysicalResourceId"]
                try:
                    settings = look(session, id)
                except Refused:
                    continue
                of = [name, item["LogicalResourceId"]]
                revision = settings.pop("revision", "")
                one = {"of": of, "set": settings, "revision": revision}
                found[f"{item['ResourceType']} {id}"] = one
    return found


def fits(resource: Mapping[str, Any], settings: Mapping[str, Any]) -> bool:
    """Whether a role is what its template says, as far as that says it in so many
    words. IAM tells of a change only after a while ("Changes that I make are not
    always immediately visible" in the IAM User Guide)."""
    if resource.get("Type") != ROLE:
        return True
    wanted = {
        one.get("PolicyName"): _actions(one.get("PolicyDocument"))
        for one in resource.get("Properties", {}).get("Policies", ())
    }
    there = {name: _actions(one) for name, one in settings["policies"].items()}
    return all(there.get(name) == one for name, one in wanted.items() if one and name)


def _actions(document: Any) -> list[tuple[Any, ...]] | None:
    """Each statement's name and actions; None where the template has a condition."""
    if not isinstance(document, Mapping):
        return None
    found = []
    for one in document.get("Statement", ()):
        if "Sid" not in one:
            return None
        actions = one.get("Action", ())
        actions = [actions] if isinstance(actions, str) else actions
        found.append((one["Sid"], one.get("Effect"), tuple(sorted(actions))))
    return sorted(found)


def drift(then: Seen, now: Seen) -> Iterator[Drift]:
    """What differs of what was seen then and is still there."""
    for key, was in then.items():
        type, _, id = key.partition(" ")
        # What an earlier release did not look at, nobody knows how it was.
        there = now[key]["set"] if key in now else {}
        known = {name: there[name] for name in was["set"] if name in there}
        if there and (differ := tuple(fields(was["set"], known))):
            yield Drift(type, id, differ, was["set"])


def put_back(session: Session, drifted: Drift) -> None:
    """Set a resource to what it was. Raises Refused."""
    _PUTS[drifted.type](session, drifted.id, drifted.was)


def _machine(session: Session, arn: str) -> dict[str, Any]:
    told = session.call("stepfunctions", "describe_state_machine", stateMachineArn=arn)
    return {
        "definition": json.loads(told["definition"]),
        "role": told["roleArn"],
        # The first one has none: when it was made stands for it.
        "revision": told.get("revisionId") or told["creationDate"].timestamp(),
    }


def _put_machine(session: Session, arn: str, was: Mapping[str, Any]) -> None:
    session.call(
        *("stepfunctions", "update_state_machine"),
        stateMachineArn=arn,
        definition=json.dumps(was["definition"]),
        roleArn=was["role"],
    )


def _role(session: Session, name: str) -> dict[str, Any]:
    pages = session.pages("iam", "list_role_policies", RoleName=name)
    names = [one for page in pages for one in page["PolicyNames"]]
    told = session.call("iam", "get_role", RoleName=name)["Role"]
    return {
        "policies": {one: _policy(session, name, one) for one in names},
        "trust": _document(told["AssumeRolePolicyDocument"]),
        "attached": dict.fromkeys(_attached(session, name), "attached"),
    }


def _attached(session: Session, role: str) -> list[str]:
    pages = session.pages("iam", "list_attached_role_policies", RoleName=role)
    return [one["PolicyArn"] for page in pages for one in page["AttachedPolicies"]]


def _policy(session: Session, role: str, name: str) -> Any:
    told = session.call("iam", "get_role_policy", RoleName=role, PolicyName=name)
    return _document(told["PolicyDocument"])


def _document(told: Any) -> Any:
    return json.loads(told) if isinstance(told, str) else told


def _put_role(session: Session, name: str, was: Mapping[str, Any]) -> None:
    now = _role(session, name)
    for arn in now["attached"].keys() - was.get("attached", now["attached"]).keys():
        session.call("iam", "detach_role_policy", RoleName=name, PolicyArn=arn)
    if was.get("trust", now["trust"]) != now["trust"]:
        text = json.dumps(was["trust"])
        given = {"RoleName": name, "PolicyDocument": text}
        session.call("iam", "update_assume_role_policy", **given)
    for extra in now["policies"].keys() - was["policies"].keys():
        given = {"RoleName": name, "PolicyName": extra}
        session.call("iam", "delete_role_policy", **given)
    for policy, document in was["policies"].items():
        text = json.dumps(document)
        given = {"RoleName": name, "PolicyName": policy, "PolicyDocument": text}
        session.call("iam", "put_role_policy", **given)


def _schedule(session: Session, name: str) -> dict[str, Any]:
    told = session.call("scheduler", "get_schedule", Name=name.rpartition("|")[2])
    return {key: told[key] for key in _SCHEDULE if key in told}


def _put_schedule(session: Session, name: str, was: Mapping[str, Any]) -> None:
    name = name.rpartition("|")[2]
    session.call("scheduler", "update_schedule", Name=name, **was)


_LOOKS: Mapping[str, Callable[[Session, str], dict[str, Any]]] = {
    MACHINE: _machine,
    ROLE: _role,
    SCHEDULE: _schedule,
}
_PUTS: Mapping[str, Callable[[Session, str, Mapping[str, Any]], None]] = {
    MACHINE: _put_machine,
    ROLE: _put_role,
    SCHEDULE: _put_schedule,
}
