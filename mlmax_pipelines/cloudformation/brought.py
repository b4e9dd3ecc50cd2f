"""The resources that steps bring along: functions, model package groups, ...

What comes in: resources as the steps' services declare them. What goes out: the
template's resources, each with the role and the log group that its kind has. Never: a
service's own knowledge.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from mlmax_pipelines.base.errors import PipelineError
from mlmax_pipelines.cloudformation import roles
from mlmax_pipelines.cloudformation.machine import environment_tags, log_group, tags
from mlmax_pipelines.cloudformation.shape import Shape, fill, protections
from mlmax_pipelines.cloudformation.tags import Tag, ref, sub
from mlmax_pipelines.compiled import CompiledPipeline, Resource

# Parameters that hold lists, as text between commas.
_LISTS = ("${SubnetIds}", "${SecurityGroupIds}")
# Kept when the stack goes; but what a creation that failed has made is taken back,
# because it would be in the way of the next one.
KEEP = {"DeletionPolicy": "RetainExceptOnCreate", "UpdateReplacePolicy": "Retain"}
# What was there before the stack stays even if that cannot be made.
TAKEN = {"DeletionPolicy": "Retain", "UpdateReplacePolicy": "Retain"}


def of_pipeline(pipeline: CompiledPipeline, shape: Shape) -> dict[str, dict[str, Any]]:
    """What stands in the template of one pipeline."""
    found: dict[str, dict[str, Any]] = {}
    for resource in pipeline.resources:
        if not resource.kind.shared:
            found.update(_with_role(resource, pipeline.name, shape))
            found[resource.logical_id] = _resource(resource, tags(pipeline.name), shape)
    return found


def shared(
    pipelines: Iterable[CompiledPipeline], shape: Shape
) -> dict[str, dict[str, Any]]:
    """What stands once in an environment, whichever pipelines need it.

    Raises PipelineError when two of them mean different things by one name.
    """
    known: dict[str, Resource] = {}
    for resource in (r for p in pipelines for r in p.resources if r.kind.shared):
        other = known.setdefault(resource.logical_id, resource)
        if other != resource:
            text = f"two resources would be called '{resource.logical_id}'"
            both = [f"{one.properties}" for one in (other, resource)]
            raise PipelineError(text, hint="rename one of: " + "; ".join(both))
    return {
        name: _resource(known[name], environment_tags(), shape)
        for name in sorted(known)
        if not shape.takes_in(name)
    }


def _with_role(
    resource: Resource, pipeline: str, shape: Shape
) -> dict[str, dict[str, Any]]:
    kind = resource.kind
    if not kind.principal:
        return {}
    lent = "function" in shape.brings(pipeline)
    logs, role = f"{resource.logical_id}LogGroup", f"{resource.logical_id}Role"
    name = f"{kind.log_group}${{Prefix}}-{pipeline}-{resource.logical_id}"
    made = {logs: log_group(name, shape)}
    return made if lent else made | {role: roles.resource_role(resource, logs, shape)}


def _resource(
    resource: Resource, tags: list[dict[str, Any]], shape: Shape
) -> dict[str, Any]:
    properties = resource.properties
    for change in protections(resource.kind, shape):
        properties = fill(properties, change)
    kept = KEEP if resource.kind.retained else {}
    written = {**_written(properties), "Tags": tags}
    return {"Type": resource.kind.type, **kept, "Properties": written}


def _written(value: Any) -> Any:
    """Properties with their texts as CloudFormation's functions."""
    if isinstance(value, str):
        return Tag("Split", [",", ref(value[2:-1])]) if value in _LISTS else sub(value)
    if isinstance(value, Mapping):
        return {key: _written(item) for key, item in value.items()}
    if isinstance(value, (list, tuple)):
        return [_written(item) for item in value]
    return value
