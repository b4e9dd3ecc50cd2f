"""Change sets: CloudFormation's own account of what it would do.

What comes in: a packaged template, parameters, tags. What goes out: a change set, what
it says beyond what two templates tell (which resources it would replace), an operation
under way. Never: a change set left behind that nobody asked for.

Source: "Change sets for nested stacks" in the CloudFormation User Guide.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from mlmax_pipelines.aws import stacks, templates
from mlmax_pipelines.aws.changes import STATEFUL, ResourceChange, Review
from mlmax_pipelines.aws.session import Session
from mlmax_pipelines.aws.stacks import Stack
from mlmax_pipelines.aws.views import Name
from mlmax_pipelines.base.errors import AwsError
from mlmax_pipelines.base.waiting import Pace, Sleep

_NO_CHANGES = re.compile(r"didn't contain changes|No updates are to be performed")
_SOONEST, _LATEST, _GROWTH = 0.25, 5.0, 1.5
_WITH_NESTED = "IncludeNestedStacks"


@dataclass(frozen=True)
class Wanted:
    """What a stack is to be made from, and whether it takes in what is there."""

    stack: str
    template_url: str
    parameters: Mapping[str, str]
    tags: Mapping[str, str]
    takes_in: bool = False


@dataclass(frozen=True)
class ChangeSet:
    """A change set that can be executed. `note` says what it cannot show."""

    id: str
    stack_id: str
    changes: Sequence[Mapping[str, Any]]
    note: str = ""


def create(
    session: Session, wanted: Wanted, stack: Stack | None, sleep: Sleep
) -> ChangeSet | None:
    """The change set that makes or updates a stack; None when nothing would change.

    Raises AwsError with CloudFormation's reason when it cannot be made.
    """
    update = stack is not None and stack.exists
    made, reason = _create(session, wanted, update, update, sleep)
    if made is None and update and not _NO_CHANGES.search(reason):
        # Inside nested stacks CloudFormation cannot work out parameters that come
        # from a resource still to be made; without looking inside, it can go on.
        nested_reason = reason
        made, reason = _create(session, wanted, update, False, sleep)
        if made is not None:
            note = f"CloudFormation gave no preview of nested stacks: {nested_reason}"
            return replace(made, note=note)
    if made is None and not _NO_CHANGES.search(reason):
        raise AwsError(
            f"CloudFormation cannot prepare stack '{wanted.stack}': {reason}",
            hint="nothing was changed",
        )
    return made


def _create(
    session: Session, wanted: Wanted, update: bool, nested: bool, sleep: Sleep
) -> tuple[ChangeSet | None, str]:
    """A change set, or None and why it failed; a failed one is taken away again."""
    from uuid import uuid4

    answer = session.call(
        "cloudformation",
        "create_change_set",
        StackName=wanted.stack,
        ChangeSetName=f"deploy-{uuid4().hex[:12]}",
        ChangeSetType="UPDATE" if update else "CREATE",
        TemplateURL=wanted.template_url,
        Parameters=[
            {"ParameterKey": name, "ParameterValue": value}
            for name, value in wanted.parameters.items()
        ],
        Tags=[{"Key": key, "Value": value} for key, value in wanted.tags.items()],
        Capabilities=["CAPABILITY_IAM"],
        **({"ImportExistingResources": True} if wanted.takes_in else {}),
        **{_WITH_NESTED: nested},
    )
    made = ChangeSet(answer["Id"], answer["StackId"], ())
    pages = list(_wait(session, made, sleep))
    changes = [c for page in pages for c in page.get("Changes", ())]
    if pages[0]["Status"] == "CREATE_COMPLETE":
        return replace(made, changes=changes), ""
    delete(session, made)
    return None, pages[0].get("StatusReason", pages[0]["Status"])


def _wait(session: Session, change_set: ChangeSet, sleep: Sleep) -> Iterator[Any]:
    """The pages of a change set that CloudFormation has finished making."""
    pace = Pace(_SOONEST, _LATEST, _GROWTH, sleep)
    while True:
        pages = session.pages(
            "cloudformation", "describe_change_set", **_named(change_set)
        )
        first = next(pages)
        if not first["Status"].endswith(("_PENDING", "_IN_PROGRESS")):
            yield first
            yield from pages
            return
        pace.wait()


def delete(session: Session, change_set: ChangeSet) -> None:
    """Take a change set away, and the empty stack that one of a new stack leaves,
    unless somebody else's change set is on it."""
    session.call("cloudformation", "delete_change_set", **_named(change_set))
    found = stacks.describe(session, change_set.stack_id)
    if found is None or found.exists:
        return
    pages = session.pages("cloudformation", "list_change_sets", StackName=found.name)
    others = {one["ChangeSetId"] for page in pages for one in page["Summaries"]}
    if not others - {change_set.id}:
        session.call("cloudformation", "delete_stack", StackName=change_set.stack_id)


def execute(session: Session, change_set: ChangeSet) -> None:
    """Start what a change set describes."""
    session.call("cloudformation", "execute_change_set", **_named(change_set))


def _named(change_set: ChangeSet) -> dict[str, str]:
    """Its id would do; but permissions are given for stacks, so the stack is named."""
    return {"ChangeSetName": change_set.id, "StackName": change_set.stack_id}


def annotated(session: Session, found: Review, change_set: ChangeSet) -> Review:
    """A review with what only CloudFormation knows: the resources it replaces."""
    says = dict(_replacements(session, change_set.changes, ""))
    known = [_merged(change, says.pop(change.name, None)) for change in found.resources]
    others = [change for change in says.values() if change.kind == "replaced"]
    notes = (*found.notes, *([change_set.note] if change_set.note else []))
    return replace(found, resources=(*known, *others), notes=notes)


def _merged(known: ResourceChange, said: ResourceChange | None) -> ResourceChange:
    if said is None or said.kind != "replaced" or known.kind != "changed":
        return known
    return replace(known, kind="replaced", loses=said.loses, fields=said.fields)


def _replacements(
    session: Session, changes: Sequence[Mapping[str, Any]], stack: str
) -> Iterator[tuple[Name, ResourceChange]]:
    """What a change set says of each resource, nested change sets included."""
    for item in changes:
        change = item["ResourceChange"]
        inner = change.get("ChangeSetId")
        if change.get("ResourceType") != templates.STACK:
            name = Name(stack, change["LogicalResourceId"])
            yield name, _resource(name, change)
        elif inner:
            # Permissions are given for stacks; one still to be made has no id.
            known = {"StackName": change.get("PhysicalResourceId")}
            named = {key: value for key, value in known.items() if value}
            pages = session.pages(
                "cloudformation", "describe_change_set", ChangeSetName=inner, **named
            )
            below = [c for page in pages for c in page.get("Changes", ())]
            yield from _replacements(session, below, change["LogicalResourceId"])


_KINDS = {"Add": "added", "Remove": "removed", "Modify": "changed"}


def _resource(name: Name, change: Mapping[str, Any]) -> ResourceChange:
    kind = _KINDS.get(change["Action"], "changed")
    targets = [detail.get("Target", {}) for detail in change.get("Details", ())]
    fields = tuple(dict.fromkeys(t["Name"] for t in targets if "Name" in t))
    if change.get("Replacement") in ("True", "Conditional"):
        kind = "replaced"
        forced = [
            t["Name"]
            for t in targets
            if t.get("RequiresRecreation", "Never") != "Never" and "Name" in t
        ]
        fields = tuple(dict.fromkeys(forced)) or fields
    kept = "Retain" in change.get("PolicyAction", "")
    loses = kind in ("removed", "replaced") and change["ResourceType"] in STATEFUL
    return ResourceChange(
        name, change["ResourceType"], kind, fields, loses and not kept
    )
