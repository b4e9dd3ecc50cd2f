"""Two views -> what a deployment would change, as data that people can review.

What comes in: what is deployed and what would be, and how to read a definition that is
a file of its own. What goes out: a `Review`. Never: asks AWS which resources it would
replace (a change set knows, see `changesets`); names that cannot change are known here.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from mlmax_pipelines.asl import mark
from mlmax_pipelines.asl.walk import walk_states
from mlmax_pipelines.aws import permissions
from mlmax_pipelines.aws.permissions import Permissions
from mlmax_pipelines.aws.views import Name, View
from mlmax_pipelines.base import layout

MACHINE = "AWS::StepFunctions::StateMachine"
SCHEDULE = "AWS::Scheduler::Schedule"
# Data that goes when the resource does: objects, model versions, histories.
STATEFUL = frozenset(
    {
        MACHINE,
        "AWS::KMS::Key",
        "AWS::S3::Bucket",
        "AWS::SageMaker::ModelPackageGroup",
    }
)
# "Update requires: Replacement" in the CloudFormation resource reference.
_REPLACED_BY = {
    MACHINE: ("StateMachineName", "StateMachineType"),
    "AWS::Logs::LogGroup": ("LogGroupName",),
    "AWS::S3::Bucket": ("BucketName",),
    "AWS::SageMaker::ModelPackageGroup": (
        "ModelPackageGroupName",
        "ModelPackageGroupDescription",
    ),
}
# A version of code stands in every state that runs a job of it: it is told once, as
# what it is, a parameter. Its token begins so, its value so.
_TOLD_ONCE = ("CodeOf", layout.CODE)
_PLACEHOLDER = re.compile(r"\$\{([A-Za-z0-9]+)\}")
_CONTAINERS = ("Branches", "ItemProcessor", "Iterator", "States")
ABSENT = "(none)"
Read = Callable[[str, str], bytes]


@dataclass(frozen=True)
class Field:
    """One value that differs: where it is in a state, what it was, what it would be."""

    path: str
    old: str
    new: str


@dataclass(frozen=True)
class StateChange:
    """A state of a state machine: `added`, `removed` or `changed`.

    `state` is "" for what belongs to the machine as a whole.
    """

    machine: str
    state: str
    kind: str
    fields: tuple[Field, ...] = ()


@dataclass(frozen=True)
class ResourceChange:
    """A resource: `added`, `removed`, `changed` or `replaced`; why, when it is known.

    `loses` says that what is in it goes with it, or that nothing starts by it any more.
    """

    name: Name
    type: str
    kind: str
    fields: tuple[str, ...] = ()
    loses: bool = False


@dataclass(frozen=True)
class Review:
    """All that a deployment would change. `first`: there is nothing deployed yet;
    `roles` are lines about those that the environment brings, `lacking` the ones that
    are not allowed what they need; `drift` are resources that somebody changed since
    the last deployment, and how: it puts them back."""

    first: bool
    parameters: tuple[Field, ...]
    states: tuple[StateChange, ...]
    permissions: Permissions
    resources: tuple[ResourceChange, ...]
    tags: tuple[Field, ...] = ()
    notes: tuple[str, ...] = ()
    roles: tuple[str, ...] = ()
    lacking: tuple[str, ...] = ()
    drift: tuple[tuple[str, tuple[Field, ...]], ...] = ()

    @property
    def risky(self) -> tuple[ResourceChange, ...]:
        """Replacements of what holds data, removals that lose some, and schedules that
        go or are switched off."""
        return tuple(
            change
            for change in self.resources
            if change.loses or change.kind == "replaced" and change.type in STATEFUL
        )

    @property
    def empty(self) -> bool:
        lists = (self.parameters, self.states, self.resources, self.tags, self.drift)
        widened, narrowed = self.permissions.widened, self.permissions.narrowed
        return not any((*lists, widened, narrowed))


def review(old: View, new: View, read: Read) -> Review:
    """What changes from `old` to `new`; `read` gets the bytes of a bucket's key."""
    return Review(
        not old.resources,
        tuple(fields(old.parameters, new.parameters)),
        tuple(_states(old, new, read)),
        permissions.compare(old, new),
        tuple(_resources(old, new)),
    )


def fields(old: Mapping[str, Any], new: Mapping[str, Any]) -> Iterator[Field]:
    """The values that differ between two mappings, nested ones by path."""
    before, after = dict(_leaves(old)), dict(_leaves(new))
    for path in dict.fromkeys((*before, *after)):
        if before.get(path) != after.get(path):
            yield Field(path, before.get(path, ABSENT), after.get(path, ABSENT))


def _leaves(value: Any, path: str = "") -> Iterator[tuple[str, str]]:
    if isinstance(value, Mapping) and value:
        for key, item in value.items():
            yield from _leaves(item, f"{path}.{key}" if path else str(key))
    elif isinstance(value, list) and value:
        for index, item in enumerate(value):
            yield from _leaves(item, f"{path}[{index}]")
    else:
        yield path, value if isinstance(value, str) else json.dumps(value)


def _states(old: View, new: View, read: Read) -> Iterator[StateChange]:
    before, after = old.of_type(MACHINE), new.of_type(MACHINE)
    for name in dict.fromkeys((*before, *after)):
        was = _by_state(before.get(name), read)
        is_ = _by_state(after.get(name), read)
        machine = _machine_name(after.get(name) or before[name])
        for state in dict.fromkeys((*is_, *was)):
            yield from _state(machine, state, was.get(state), is_.get(state))


def _state(machine: str, state: str, was: Any, is_: Any) -> Iterator[StateChange]:
    if was is None:
        yield StateChange(machine, state, "added")
    elif is_ is None:
        yield StateChange(machine, state, "removed")
    elif found := tuple(fields(was, is_)):
        yield StateChange(machine, state, "changed", found)


def _machine_name(properties: Mapping[str, Any]) -> str:
    return str(properties.get("StateMachineName", "state machine"))


def _by_state(properties: Mapping[str, Any] | None, read: Read) -> dict[str, Any]:
    """State name -> its own fields; "" -> those of the definition itself. The digest
    that it carries says no more than they do."""
    if properties is None:
        return {}
    definition = definition_of(properties, read)
    found = {"": _own(mark.removed(definition))}
    for item in walk_states(definition):
        found[item.name] = _own(item.state)
    return found


def definition_of(properties: Mapping[str, Any], read: Read) -> Mapping[str, Any]:
    """A state machine's definition with its substitutions filled in."""
    if place := properties.get("DefinitionS3Location"):
        definition = json.loads(read(place["Bucket"], place["Key"]))
    elif "DefinitionString" in properties:
        definition = json.loads(properties["DefinitionString"])
    else:
        definition = properties.get("Definition", {})
    values = properties.get("DefinitionSubstitutions", {})
    known = {name: values[name] for name in values if not _is_code(name, values)}
    text = _PLACEHOLDER.sub(
        lambda m: str(known.get(m[1], m[0])), json.dumps(definition)
    )
    filled: Mapping[str, Any] = json.loads(text)
    return filled


def _is_code(name: str, values: Mapping[str, Any]) -> bool:
    token, value = _TOLD_ONCE
    return name.startswith(token) and str(values[name]).startswith(value)


def _own(state: Mapping[str, Any]) -> dict[str, Any]:
    """A state without the states in it; where they start, and the like, is its own."""
    own = {key: value for key, value in state.items() if key not in _CONTAINERS}
    for key in ("ItemProcessor", "Iterator"):
        if key in state:
            own[key] = _own(state[key])
    if "Branches" in state:
        own["Branches"] = [_own(branch) for branch in state["Branches"]]
    return own


def _resources(old: View, new: View) -> Iterator[ResourceChange]:
    for name in dict.fromkeys((*old.resources, *new.resources)):
        was, is_ = old.resources.get(name), new.resources.get(name)
        if was is None:
            assert is_ is not None
            yield ResourceChange(name, is_["Type"], "added")
        elif is_ is None:
            loses = _loses(was, "DeletionPolicy") or _starts(was)
            yield ResourceChange(name, was["Type"], "removed", (), loses)
        elif changed := _changed(was, is_):
            yield _modified(name, was, is_, changed)


def _changed(was: Mapping[str, Any], is_: Mapping[str, Any]) -> tuple[str, ...]:
    """The properties that differ; "Type" when it is another resource altogether."""
    if was["Type"] != is_["Type"]:
        return ("Type",)
    before, after = was.get("Properties", {}), is_.get("Properties", {})
    names = dict.fromkeys((*before, *after))
    return tuple(name for name in names if before.get(name) != after.get(name))


def _modified(
    name: Name, was: Mapping[str, Any], is_: Mapping[str, Any], changed: tuple[str, ...]
) -> ResourceChange:
    kind = was["Type"]
    fixed = {"Type", *_REPLACED_BY.get(kind, ())}.intersection(changed)
    if not fixed:
        stops = _starts(was) and not _starts(is_)
        return ResourceChange(name, kind, "changed", changed, stops)
    loses = _loses(was, "UpdateReplacePolicy")
    return ResourceChange(name, kind, "replaced", tuple(sorted(fixed)), loses)


def _starts(resource: Mapping[str, Any]) -> bool:
    """Whether it is a schedule that is on."""
    state = resource.get("Properties", {}).get("State")
    return bool(resource["Type"] == SCHEDULE and state == "ENABLED")


def _loses(resource: Mapping[str, Any], policy: str) -> bool:
    """Whether data goes with the resource: nobody said that it is to be kept."""
    kept = str(resource.get(policy, "")).startswith("Retain")
    return resource["Type"] in STATEFUL and not kept
