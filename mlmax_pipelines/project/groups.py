"""Some pipelines of an environment deployed, the others left as they are.

What comes in: what would be deployed of all, names of pipelines, the stack. What goes
out: what is deployed of these. Never: a pipeline changed, made or deleted that was not
named; but for what all of them share, which is as the specs of all say.

CloudFormation makes, changes and deletes so many resources in one operation, and no
more: a project that has more is deployed group by group.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from mlmax_pipelines.aws import packaging, stacks, templates
from mlmax_pipelines.aws.stacks import Stack
from mlmax_pipelines.base.errors import AwsError, UsageError
from mlmax_pipelines.base.hints import did_you_mean
from mlmax_pipelines.base.limits import OPERATION, check
from mlmax_pipelines.compiled import CompiledPipeline
from mlmax_pipelines.project.planning import Plan

if TYPE_CHECKING:
    from mlmax_pipelines.project.deployment import Deployment

_SHARED = "Shared"
# What all share and a pipeline of its own have of resources, and what each further
# thing of one brings along, at most: only beyond that a plan is made to count them.
_OF_SHARED, _OF_PIPELINE, _OF_MORE = 50, 20, 5


def check_size(plan: Plan, names: Sequence[str], stack: str) -> None:
    """Raises PipelineError for more than one operation may change."""
    every = _ids(names) if names else {*plan.package.nested}
    check(f"stack '{stack}'", _size(plan, every | {_SHARED}), OPERATION)


def parts(target: Deployment) -> list[tuple[str, ...]]:
    """The pipelines in groups that one operation each may change; one that names none,
    when that are all."""
    if _OF_SHARED + sum(map(_at_most, target.pipelines)) <= OPERATION:
        return [()]
    plan = target.plan(target.stack())
    if _size(plan, plan.package.nested) <= OPERATION:
        return [()]
    found: list[tuple[str, ...]] = [()]
    for name in (one.name for one in target.pipelines):
        group = (*found[-1], name)
        if _size(plan, _ids(group) | {_SHARED}) > OPERATION and found[-1]:
            found.append((name,))
        else:
            found[-1] = group
    return found


def _at_most(pipeline: CompiledPipeline) -> int:
    more = (pipeline.resources, pipeline.parts, pipeline.schedules)
    return _OF_PIPELINE + _OF_MORE * sum(map(len, more))


def only(target: Deployment, plan: Plan, stack: Stack | None) -> Plan:
    """The plan for the target's `names`, over what is deployed; with `by_groups`, what
    the project no longer has goes.

    Raises UsageError for an unknown name, AwsError where what all share has changed so
    that the others would have to change, too.
    """
    names = target.names
    known = [one.name for one in target.pipelines]
    for name in names:
        if name not in known:
            hint = did_you_mean(name, known, "there are")
            raise UsageError(f"no pipeline '{name}'", hint=hint)
    before: Mapping[str, Any] = {}
    if stack is not None and stack.exists:
        before = stacks.template(target.session, stack.id)
    package = plan.package
    stays = _nested(before).keys() - _ids(names) - {_SHARED}
    if target.by_groups:
        stays &= package.nested.keys()
    root = _mixed(package.root, before, stays, _ids(names))
    deployed = stacks.nested_ids(target.session, stack.id) if stack and stays else {}
    nested = {
        name: stacks.template(target.session, deployed[name])
        if name in stays
        else package.nested[name]
        for name in templates.urls(root)
    }
    made = packaging.rooted(replace(package, root=root, nested=nested))
    address = plan.template_url.removesuffix(package.root_key)
    specs = {name: digest for name, digest in plan.specs.items() if name in names}
    return replace(
        plan, package=made, template_url=address + made.root_key, specs=specs
    )


def _mixed(
    wanted: Mapping[str, Any], before: Mapping[str, Any], stays: Any, named: set[str]
) -> dict[str, Any]:
    """The root template with what is named as it is wanted, and the rest as before."""
    gone = before.get("Parameters", {}).keys() - wanted["Parameters"].keys()
    if stays and gone:
        raise AwsError(
            f"what all pipelines share has changed: {', '.join(sorted(gone))}",
            hint="deploy all of them once: leave the names out",
        )
    old = _nested(before)
    resources = {
        name: old[name] if name in stays else one
        for name, one in {**old, **wanted["Resources"]}.items()
        if name in stays or name in named or name == _SHARED
    }
    outputs = {**before.get("Outputs", {}), **wanted["Outputs"]}
    kept = {name: _output(one, resources) for name, one in outputs.items()}
    there = {name: one for name, one in kept.items() if one}
    return {**wanted, "Resources": resources, "Outputs": there}


def _output(output: Mapping[str, Any], resources: Mapping[str, Any]) -> Any:
    """An output as far as what it refers to is there; None when nothing is."""
    value = output["Value"]
    if isinstance(value, Mapping) and "Fn::Join" in value:
        between, listed = value["Fn::Join"]
        left = [one for one in listed if _is_there(one, resources)]
        return {**output, "Value": {"Fn::Join": [between, left]}} if left else None
    return output if _is_there(value, resources) else None


def _is_there(value: Any, resources: Mapping[str, Any]) -> bool:
    asked = value.get("Fn::GetAtt") if isinstance(value, Mapping) else None
    return asked is None or asked[0] in resources


def _nested(root: Mapping[str, Any]) -> dict[str, Any]:
    return {name: root["Resources"][name] for name in templates.urls(root)}


def _ids(names: Sequence[str]) -> set[str]:
    from mlmax_pipelines.cloudformation.tags import pascal

    return {pascal(name) for name in names}


def _size(plan: Plan, nested: Any) -> int:
    found = plan.package.nested
    return len(nested) + sum(
        len(found[name]["Resources"]) for name in nested if name in found
    )
