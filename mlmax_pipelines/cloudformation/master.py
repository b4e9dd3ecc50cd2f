"""The root template: one nested stack per pipeline, and the shared one.

What comes in: the nested templates. What goes out: the template a user deploys.
Never: a resource of its own.

The prefix of all names is the stack's own name: CloudFormation lets no two stacks of
an account and region share it, so environments cannot meet. `TemplateURL` is a path
beside this file; packaging replaces it by the uploaded template's address.
"""

from __future__ import annotations

from typing import Any, Mapping, Sequence

from mlmax_pipelines.base.errors import PipelineError
from mlmax_pipelines.base.limits import check_template
from mlmax_pipelines.cloudformation import parameters, shared
from mlmax_pipelines.cloudformation.parameters import Field
from mlmax_pipelines.cloudformation.pipeline import Built
from mlmax_pipelines.cloudformation.tags import Tag, get_att, pascal, ref, sub

NAME = "master"
CODE_BUCKET = "CodeBucket"
_OWNER = "project ${Project}, deployed with mlmax-pipelines ${ToolVersion}"
# cfn-lint warns that a path as TemplateURL needs packaging. It is packaged; and as
# long as it is a path, cfn-lint checks what is handed down against that template.
_UNPACKAGED = {"cfn-lint": {"config": {"ignore_checks": ["W3002"]}}}


def build(
    shared_template: Mapping[str, Any], pipelines: Mapping[str, Built]
) -> dict[str, Any]:
    """The root template over the shared one and those of the pipelines, by name."""
    stacks = {"Shared": _stack(shared.NAME, shared_template, "")}
    outputs: dict[str, Any] = {"Owner": {"Value": sub(_OWNER)}}
    outputs[CODE_BUCKET] = {"Value": ref(CODE_BUCKET)}
    outputs["ArtifactBucket"] = _output("Shared", "ArtifactBucket")
    own: list[Field] = []
    for name, built in pipelines.items():
        logical_id = pascal(name)
        if logical_id in stacks:
            raise _clash(name, logical_id)
        stacks[logical_id] = _stack(name, built.template, logical_id)
        outputs[f"{logical_id}StateMachineArn"] = _output(logical_id, "StateMachineArn")
        own += [_prefixed(field, name) for field in built.own]
    nested = [shared_template, *(built.template for built in pipelines.values())]
    fields = [*parameters.OWNER, *_deployment(nested), *shared.FIELDS, *own]
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


def _stack(name: str, template: Mapping[str, Any], prefix: str) -> dict[str, Any]:
    return {
        "Type": "AWS::CloudFormation::Stack",
        "DeletionPolicy": "Delete",
        "UpdateReplacePolicy": "Delete",
        "Properties": {
            "TemplateURL": f"./{name}.yaml",
            "Parameters": {
                parameter: _handed_down(parameter, prefix)
                for parameter in template["Parameters"]
            },
        },
    }


def _handed_down(name: str, prefix: str) -> Tag:
    if name == "Prefix":
        return ref("AWS::StackName")
    if name in parameters.FROM_SHARED:
        return get_att("Shared", f"Outputs.{name}")
    if name not in parameters.DEPLOYMENT_NAMES and prefix:
        name = f"{prefix}{name}"
    return ref(name)


def _deployment(nested: Sequence[Mapping[str, Any]]) -> list[Field]:
    """The parameters that nested stacks have in common and the user gives."""
    # Where the templates themselves are: it is known again by the next deployment.
    taken = {CODE_BUCKET}
    taken.update(name for template in nested for name in template["Parameters"])
    return parameters.deployment(taken - {"Prefix", *parameters.FROM_SHARED})


def _prefixed(field: Field, pipeline: str) -> Field:
    return Field(
        pascal(pipeline) + field.name,
        f"Pipeline {pipeline}: {field.group}",
        field.label,
        field.declaration,
    )


def _output(stack: str, name: str) -> dict[str, Any]:
    return {"Value": get_att(stack, f"Outputs.{name}")}


def _clash(pipeline: str, logical_id: str) -> PipelineError:
    message = (
        f"pipeline '{pipeline}' needs the logical id '{logical_id}', taken already"
    )
    return PipelineError(message, hint="give the pipeline another name")
