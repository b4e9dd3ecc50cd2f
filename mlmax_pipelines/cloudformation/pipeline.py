"""The template of one pipeline.

What comes in: a compiled pipeline. What goes out: the template as a dict, and its
definitions that are files. Never: a parameter that nothing uses.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from mlmax_pipelines.base.errors import PipelineError
from mlmax_pipelines.base.limits import check_template
from mlmax_pipelines.base.names import PREFIX, machine_name
from mlmax_pipelines.cloudformation import alarms, brought, machine, parameters, roles
from mlmax_pipelines.cloudformation.definitions import (
    Definition,
    definitions,
    images,
    values,
)
from mlmax_pipelines.cloudformation.findings import answered
from mlmax_pipelines.cloudformation.parameters import Field
from mlmax_pipelines.cloudformation.shape import Shape
from mlmax_pipelines.cloudformation.sharing import Names
from mlmax_pipelines.cloudformation.tags import ref, references
from mlmax_pipelines.compiled import CompiledPipeline
from mlmax_pipelines.steps.services.sagemaker.images import image_uris

FORMAT = "2010-09-09"


@dataclass(frozen=True)
class Built:
    """A template, its parameters that are its own, and definitions kept outside."""

    template: dict[str, Any]
    own: tuple[Field, ...]
    files: dict[str, bytes]


def build(pipeline: CompiledPipeline, names: Names, shape: Shape) -> Built:
    """The template of a pipeline that has its shape already.

    `names` are those of its settings' parameters (see `parameters`).
    Raises PipelineError for what CloudFormation or IAM would refuse.
    """
    machines = definitions(pipeline, names)
    filled = values(pipeline, names)
    resources = _resources(pipeline, machines, filled, shape)
    conditions = {**roles.conditions(resources), **alarms.turned_on(pipeline)}
    named = set(references(_without_definitions(resources)))
    named.update(references(conditions))
    every = [*parameters.own(pipeline, names), *roles.LENT]
    own = [field for field in every if field.name in named]
    declared, interface = parameters.section([*parameters.deployment(named), *own])
    template: dict[str, Any] = {
        "AWSTemplateFormatVersion": FORMAT,
        "Description": f"Pipeline {pipeline.name}: state machine, roles, log, alarms",
        "Metadata": interface,
        "Parameters": declared,
    }
    if mapping := _image_mapping(pipeline):
        template["Mappings"] = {"Images": mapping}
    template["Conditions"] = conditions
    template["Resources"] = resources
    template["Outputs"] = _outputs(pipeline, shape)
    check_template(f"{pipeline.name}.yaml", template)
    files = {f"{one.name}.definition.json": one.file for one in machines if one.file}
    return Built(template, tuple(own), files)


def _resources(
    pipeline: CompiledPipeline,
    machines: list[Definition],
    filled: dict[str, Any],
    shape: Shape,
) -> dict[str, Any]:
    resources: dict[str, Any] = {}
    lent = shape.brings(pipeline.name)
    for one in (machines[-1], *machines[:-1]):
        role = roles.arn("execution", lent)
        made = machine.state_machine(one, pipeline, filled, role, shape.traces)
        resources[one.logical_id] = made
    if "execution" not in lent:
        resources["ExecutionRole"] = roles.execution_role(pipeline, shape.traces)
    job_role = None if "job" in lent else roles.job_role(pipeline, shape.others)
    if job_role is not None:
        resources["JobRole"] = job_role
    name = f"/aws/vendedlogs/states/{machine_name(PREFIX, pipeline.name)}"
    # A state machine is refused whose role may not reach its log yet, and IAM takes its
    # time to tell everybody of a new role: what is made after it gives it some.
    after = {} if "execution" in lent else {"DependsOn": "ExecutionRole"}
    resources["LogGroup"] = {**after, **machine.log_group(name, shape)}
    resources.update(brought.of_pipeline(pipeline, shape))
    resources.update(machine.schedules(pipeline, roles.arn("schedule", lent)))
    if "schedule" in lent:
        resources.pop("ScheduleRole", None)
    resources.update(alarms.alarms(pipeline))
    return answered(resources, (one.kind for one in pipeline.resources))


def _without_definitions(resources: dict[str, Any]) -> list[Any]:
    """What can refer to parameters: everything but the definitions' own text."""
    return [
        value
        for resource in resources.values()
        for name, value in resource["Properties"].items()
        if name != "Definition"
    ]


def _image_mapping(pipeline: CompiledPipeline) -> dict[str, dict[str, str]]:
    """Region -> name -> registry path, for the regions that have every image."""
    uris = {name: image_uris(image) for name, image in images(pipeline).items()}
    if not uris:
        return {}
    regions = set.intersection(*(set(by_region) for by_region in uris.values()))
    if not regions:
        message = f"no region has every image of pipeline '{pipeline.name}'"
        raise PipelineError(message, hint="use versions that one region offers")
    return {
        region: {name: by_region[region] for name, by_region in uris.items()}
        for region in sorted(regions)
    }


def _outputs(pipeline: CompiledPipeline, shape: Shape) -> dict[str, Any]:
    lent = shape.brings(pipeline.name)
    outputs = {
        "StateMachineArn": ("The state machine to start", ref("StateMachine")),
        "ExecutionRoleArn": (
            "What the state machine runs with",
            roles.arn("execution", lent),
        ),
        "JobRoleArn": ("What jobs run with", roles.arn("job", lent)),
        "LogGroupName": ("Where the state machine's log is", ref("LogGroup")),
    }
    if not any(state.job_role for state in pipeline.states):
        del outputs["JobRoleArn"]
    return {
        name: {"Description": text, "Value": value}
        for name, (text, value) in outputs.items()
    }
