"""A root template and its nested ones, as one set of resources with values filled in.

What comes in: templates, parameter values, what is known of the account. What goes
out: a `View`, the same for what is deployed and for what would be, so that the two can
be compared. Never: asks AWS; what only AWS knows stays as text.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from mlmax_pipelines.aws.intrinsics import Values
from mlmax_pipelines.aws.templates import STACK


@dataclass(frozen=True)
class Name:
    """A resource: logical ids of its nested stack ("" for the root) and its own."""

    stack: str
    logical_id: str

    def __str__(self) -> str:
        return "/".join(part for part in (self.stack, self.logical_id) if part)


@dataclass(frozen=True)
class View:
    """Resources by name, values filled in, and the parameters that were given: the
    root's, and those of nested stacks behind the stack's logical id."""

    resources: Mapping[Name, Mapping[str, Any]]
    parameters: Mapping[str, str]

    def of_type(self, kind: str) -> dict[Name, Mapping[str, Any]]:
        """The properties of all resources of one type."""
        return {
            name: resource.get("Properties", {})
            for name, resource in self.resources.items()
            if resource["Type"] == kind
        }


NOTHING = View({}, {})


def view(
    root: Mapping[str, Any],
    nested: Mapping[str, Mapping[str, Any]],
    given: Mapping[str, str],
    pseudo: Mapping[str, str],
) -> View:
    """The view of a root template with `nested` ones by logical id.

    `given` are the root's parameter values, `pseudo` values such as `AWS::Region`.
    """
    values = Values(root, {**pseudo, **given})
    found: dict[Name, Mapping[str, Any]] = {}
    own: dict[str, str] = {}
    for logical_id, resource in _present(root, values):
        if resource["Type"] != STACK:
            found[Name("", logical_id)] = _filled(resource, values)
            continue
        template = nested.get(logical_id, {})
        handed = values.fill(resource["Properties"].get("Parameters", {}))
        inner = Values(template, {**pseudo, **handed})
        own.update(_own(logical_id, resource, template, inner))
        for inner_id, item in _present(template, inner):
            found[Name(logical_id, inner_id)] = _filled(item, inner)
    declared = root.get("Parameters", {})
    parameters = {name: str(values.fill({"Ref": name})) for name in declared}
    return View(found, {**own, **parameters, **{n: str(given[n]) for n in given}})


def _own(
    stack: str,
    resource: Mapping[str, Any],
    template: Mapping[str, Any],
    values: Values,
) -> dict[str, str]:
    """The parameters of a nested stack that are not handed down from another place."""
    handed = resource["Properties"].get("Parameters", {})
    return {
        f"{stack}{name}": str(values.fill({"Ref": name}))
        for name in template.get("Parameters", {})
        if isinstance(handed.get(name, ""), str)
    }


def _present(template: Mapping[str, Any], values: Values) -> list[tuple[str, Any]]:
    resources = template.get("Resources", {}).items()
    return [
        (logical_id, resource)
        for logical_id, resource in resources
        if "Condition" not in resource or values.holds(resource["Condition"])
    ]


def _filled(resource: Mapping[str, Any], values: Values) -> dict[str, Any]:
    """A resource with its values; a state machine's definition is left as it is."""
    properties = dict(resource.get("Properties", {}))
    definition = properties.pop("Definition", None)
    filled = {**resource, "Properties": values.fill(properties)}
    if definition is not None:
        filled["Properties"]["Definition"] = definition
    return filled
