"""The root template: one nested stack per pipeline, and the shared one.

What comes in: the nested templates. What goes out: the template a user deploys.
Never: a resource of its own.

The prefix of all names is the stack's own name: CloudFormation lets no two stacks of
an account and region share it, so environments cannot meet. `TemplateURL` is a path
beside this file, and code and data are paths of the project: packaging replaces them by
addresses of what it uploads, and hands down what an environment sets for a pipeline.
So this template has the parameters of the deployment alone, however many pipelines
there are.
"""

from __future__ import annotations

import json
from typing import Any, Mapping, Sequence

from mlmax_pipelines.base.errors import PipelineError
from mlmax_pipelines.base.limits import check_template
from mlmax_pipelines.base.names import ADOPTED
from mlmax_pipelines.cloudformation import parameters, shared
from mlmax_pipelines.cloudformation.parameters import Field
from mlmax_pipelines.cloudformation.pipeline import Built
from mlmax_pipelines.cloudformation.shape import DEFAULT, Shape
from mlmax_pipelines.cloudformation.tags import Tag, get_att, pascal, ref, sub

NAME = "master"
CODE_BUCKET = "CodeBucket"
_MACHINE = "StateMachineArn"
# The others of the 200 that a template may have are not many; an ARN has up to 150
# characters, and an output as many bytes as a parameter.
_OWN_OUTPUTS, _LISTED = 150, 25
_OWNER = "project ${Project}, deployed with mlmax-pipelines ${ToolVersion}"
# cfn-lint warns that a path as TemplateURL needs packaging. It is packaged; and as
# long as it is a path, cfn-lint checks what is handed down against that template.
_UNPACKAGED = {"cfn-lint": {"config": {"ignore_checks": ["W3002"]}}}


def build(
    shared_template: Mapping[str, Any],
    pipelines: Mapping[str, Built],
    shape: Shape = DEFAULT,
) -> dict[str, Any]:
    """The root template over the shared one and those of the pipelines, by name."""
    stacks = {"Shared": _stack(shared.NAME, shared_template, ())}
    outputs: dict[str, Any] = {"Owner": {"Value": sub(_OWNER)}}
    outputs[CODE_BUCKET] = {"Value": ref(CODE_BUCKET)}
    outputs["ArtifactBucket"] = _output("Shared", "ArtifactBucket")
    if shape.adopted:
        outputs[ADOPTED] = {"Value": json.dumps(shape.adopted)}
    for name, built in pipelines.items():
        logical_id = pascal(name)
        if logical_id in stacks:
            raise _clash(name, logical_id)
        stacks[logical_id] = _stack(name, built.template, built.own)
    outputs.update(_machines([pascal(name) for name in pipelines]))
    nested = [shared_template, *(built.template for built in pipelines.values())]
    fields = [*parameters.OWNER, *_deployment(nested), *shared.FIELDS]
    declared, interface = parameters.section(fields)
    template = {
        "AWSTemplateFormatVersion": "2010-09-09",
        "Description": "All pipelines of one environment",
        "Metadata": {**interface, **_UNPACKAGED},
        "Parameters": declared,
        "Resources": stacks,
        "Outputs": outputs,
    }
    check_template(f"{NAME}.yaml", template)
    return template


def _machines(stacks: Sequence[str]) -> dict[str, Any]:
    """The state machines: an output each, or lists of them where that were too many."""
    if len(stacks) <= _OWN_OUTPUTS:
        return {f"{one}{_MACHINE}": _output(one, _MACHINE) for one in stacks}
    found = {}
    for start in range(0, len(stacks), _LISTED):
        arns = [get_att(one, f"Outputs.{_MACHINE}") for one in stacks[start:][:_LISTED]]
        found[f"StateMachines{start // _LISTED + 1}"] = {
            "Value": Tag("Join", [",", arns])
        }
    return found


def _stack(
    name: str, template: Mapping[str, Any], own: Sequence[Field]
) -> dict[str, Any]:
    """A nested stack. Of its own parameters it is handed those that need a value."""
    later = {field.name: field.until for field in own}
    return {
        "Type": "AWS::CloudFormation::Stack",
        "DeletionPolicy": "Delete",
        "UpdateReplacePolicy": "Delete",
        "Properties": {
            "TemplateURL": f"./{name}.yaml",
            "Parameters": {
                parameter: later.get(parameter) or _handed_down(parameter)
                for parameter in template["Parameters"]
                if later.get(parameter, True)
            },
        },
    }


def _handed_down(name: str) -> Tag:
    if name == "Prefix":
        return ref("AWS::StackName")
    if name in parameters.FROM_SHARED:
        return get_att("Shared", f"Outputs.{name}")
    return ref(name)


def _deployment(nested: Sequence[Mapping[str, Any]]) -> list[Field]:
    """The parameters that nested stacks have in common and the user gives."""
    # Where the templates themselves are: it is known again by the next deployment.
    taken = {CODE_BUCKET}
    taken.update(name for template in nested for name in template["Parameters"])
    return parameters.deployment(taken - {"Prefix", *parameters.FROM_SHARED})


def _output(stack: str, name: str) -> dict[str, Any]:
    return {"Value": get_att(stack, f"Outputs.{name}")}


def _clash(pipeline: str, logical_id: str) -> PipelineError:
    message = (
        f"pipeline '{pipeline}' needs the logical id '{logical_id}', taken already"
    )
    return PipelineError(message, hint="give the pipeline another name")
