"""The root template: one nested stack per pipeline, and the shared one.

What comes in: the nested templates. What goes out: the template a user deploys.
Never: a resource of its own.

The prefix of all names is the stack's own name: CloudFormation lets no two stacks of
an account and region share it, so environments cannot meet. `TemplateURL` is a path
beside this file; packaging replaces it by the uploaded template's address.
"""

from __future__ import annotations

from typing import Any, Mapping, Sequence

from mlmax_pipelines.cloudformation import parameters, shared
from mlmax_pipelines.cloudformation.limits import check_template
from mlmax_pipelines.cloudformation.parameters import Field
from mlmax_pipelines.cloudformation.tags import Tag, get_att, pascal, ref
from mlmax_pipelines.compiled import CompiledPipeline
from mlmax_pipelines.errors import PipelineError

NAME = "master"
# cfn-lint warns that a path as TemplateURL needs packaging. It is packaged; and as
# long as it is a path, cfn-lint checks what is handed down against that template.
_UNPACKAGED = {"cfn-lint": {"config": {"ignore_checks": ["W3002"]}}}


def build(
    pipelines: Sequence[CompiledPipeline],
    sharing: frozenset[str],
    nested: Mapping[str, dict[str, Any]],
) -> dict[str, Any]:
    """The root template. `nested` are the other templates by name, `shared` too."""
    stacks = {"Shared": _stack(shared.NAME, nested[shared.NAME], "")}
    outputs = {"ArtifactBucket": _output("Shared", "ArtifactBucket")}
    own: list[Field] = []
    for pipeline in pipelines:
        logical_id = pascal(pipeline.name)
        if logical_id in stacks:
            raise _clash(pipeline.name, logical_id)
        template = nested[pipeline.name]
        stacks[logical_id] = _stack(pipeline.name, template, logical_id)
        outputs[f"{logical_id}StateMachineArn"] = _output(logical_id, "StateMachineArn")
        fields = parameters.own(pipeline, pipeline.name in sharing)
        own += [_prefixed(f, pipeline.name) for f in fields if _takes(template, f.name)]
    fields = [*_deployment(nested), *shared.FIELDS, *own]
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


def parameter(pipeline: str, name: str) -> str:
    """What the root template calls a parameter of one pipeline."""
    return pascal(pipeline) + name


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
    if name == "ArtifactBucket":
        return get_att("Shared", "Outputs.ArtifactBucket")
    if name not in parameters.DEPLOYMENT_NAMES and prefix:
        name = f"{prefix}{name}"
    return ref(name)


def _deployment(nested: Mapping[str, dict[str, Any]]) -> list[Field]:
    """The parameters that nested stacks have in common and the user gives."""
    taken = {name for template in nested.values() for name in template["Parameters"]}
    return parameters.deployment(taken - {"Prefix", "ArtifactBucket"})


def _prefixed(field: Field, pipeline: str) -> Field:
    return Field(
        parameter(pipeline, field.name),
        f"Pipeline {pipeline}: {field.group}",
        field.label,
        field.declaration,
    )


def _takes(template: Mapping[str, Any], name: str) -> bool:
    return name in template["Parameters"]


def _output(stack: str, name: str) -> dict[str, Any]:
    return {"Value": get_att(stack, f"Outputs.{name}")}


def _clash(pipeline: str, logical_id: str) -> PipelineError:
    message = (
        f"pipeline '{pipeline}' needs the logical id '{logical_id}', taken already"
    )
    return PipelineError(message, hint="give the pipeline another name")
