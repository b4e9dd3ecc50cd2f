"""What requests to SageMaker have in common: instances, images, containers, tags.

What comes in: a resolved step and the build context. What goes out: the fields of the
step types, and parts of a request in the API's own words. Never: a client.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from mlmax_pipelines.base.names import group_name, tags
from mlmax_pipelines.compiled import MISSING, Image, Job, Resource, Sub
from mlmax_pipelines.declared import JobKind
from mlmax_pipelines.steps import code, iam
from mlmax_pipelines.steps.context import BuildContext, identifier
from mlmax_pipelines.steps.contract import Draft, Field, ResolvedStep
from mlmax_pipelines.steps.services.sagemaker import names
from mlmax_pipelines.steps.services.sagemaker.jobs import SYNC
from mlmax_pipelines.steps.services.sagemaker.resources import MODEL_GROUP
from mlmax_pipelines.steps.values import Value, as_value, call, join, state_data

IMAGE = Field(
    "mapping",
    "the container image: one of the SDK's (framework, version), or your own (uri)",
    fields={
        "framework": Field("string", "a framework of the SageMaker SDK's tables"),
        "version": Field("string", "its version, as the tables spell it"),
        "py_version": Field("string", "its Python, where there are several (py310)"),
        "processor": Field("string", "cpu or gpu", default="cpu", enum=("cpu", "gpu")),
        "uri": Field("string", "a registry path of your own"),
        "ecr": Field("string", "a repository of this account: name:tag"),
    },
)
INSTANCE = Field(
    "mapping",
    "the machines the job runs on",
    fields={
        "type": Field(
            "string", "instance type", default="ml.m5.large", references=True
        ),
        "count": Field("integer", "how many", default=1, minimum=1, references=True),
        "volume_gb": Field(
            "integer", "disk of each, GB", default=30, minimum=1, references=True
        ),
        "max_runtime_seconds": Field(
            "integer",
            "the job is stopped after this long",
            default=3600,
            minimum=1,
            references=True,
        ),
    },
)
ENTRY_POINT = Field(
    "string", "the script to run, `src/train.py`: its folder is shipped"
)
ENVIRONMENT = Field(
    "mapping", "environment variables of the container", items=Field("any")
)


TAGS = Field(
    "mapping",
    "tags of its jobs, besides those that every job has",
    items=Field("string", references=True),
)


def start(
    step: ResolvedStep,
    context: BuildContext,
    kind: JobKind,
    request: Mapping[str, Any],
    **fields: Any,
) -> Draft:
    """The state that starts a step's job and waits for it, and what that takes."""
    job = Job(kind, SYNC, names.job_prefix(step, context))
    draft = context.task(step.name, job, request, **fields)
    resource = names.job_arn(kind, step, context)
    draft.execution_role = (
        *iam.ask(job, resource, "starts, follows, stops and tags its job"),
        iam.pass_role(kind.principal, "gives its job the role it runs with"),
    )
    draft.limits = (names.name_limit(step, context),)
    return draft


def resources(step: ResolvedStep, context: BuildContext) -> dict[str, Any]:
    """InstanceType, InstanceCount and VolumeSizeInGB of a job's cluster.

    The count goes through States.StringToJson: a substitution is always text, the
    API wants a number.
    """
    instance = settled(step.fields.get("instance"), INSTANCE)
    return {
        **instance_settings(step, context),
        "VolumeSizeInGB": instance["volume_gb"],
    }


def instance_settings(step: ResolvedStep, context: BuildContext) -> dict[str, Any]:
    """The machines of a job: given as inputs, or else settings of the environment."""
    instance = settled(step.fields.get("instance"), INSTANCE)
    for name, key in (("instance_type", "type"), ("instance_count", "count")):
        if name in step.inputs:
            instance[key] = step.inputs[name].value
    type, count = instance["type"], instance["count"]
    if not isinstance(type, Value):
        type = context.setting(step.name, "instance_type", "Word", type)
    if not isinstance(count, Value):
        text = context.setting(step.name, "instance_count", "Count", count)
        count = call("States.StringToJson", text)
    return {"InstanceType": type, "InstanceCount": count}


def max_runtime(step: ResolvedStep) -> dict[str, Any]:
    instance = settled(step.fields.get("instance"), INSTANCE)
    return {"MaxRuntimeInSeconds": instance["max_runtime_seconds"]}


def settled(given: Mapping[str, Any] | None, form: Field) -> dict[str, Any]:
    """A mapping with the defaults of its form filled in."""
    defaults = {
        key: field.default
        for key, field in (form.fields or {}).items()
        if field.default is not MISSING
    }
    return {**defaults, **(given or {})}


def image_of(fields: Mapping[str, Any], scope: str) -> Image:
    image = fields.get("image") or {}
    if "ecr" in image:
        place = "${AWS::AccountId}.dkr.ecr.${AWS::Region}.${AWS::URLSuffix}/"
        return Image(uri=place + image["ecr"])
    return Image(
        framework=image.get("framework", ""),
        version=image.get("version", ""),
        scope=scope,
        py_version=image.get("py_version", ""),
        processor=image.get("processor", "cpu"),
        uri=image.get("uri", ""),
    )


def environment(
    step: ResolvedStep, context: BuildContext, own: Mapping[str, Any] | None = None
) -> dict[str, Any]:
    """The environment of a container: every value a string. Of a secret it has the
    ARN."""
    given = {**(own or {}), **step.fields.get("environment", {})}
    secrets = {one.arn_variable: context.secret(one) for one in step.secrets}
    return {name: join(as_value(v)) for name, v in given.items()} | secrets


def job_role_arn(context: BuildContext) -> str:
    return context.use("JobRoleArn", Sub("${JobRole.Arn}"))


def bring_group(step: ResolvedStep, context: BuildContext) -> None:
    """Have the environment's template create the group that a step names, unless it is
    another stack's."""
    group = step.fields["group"]
    if is_elsewhere(group):
        return
    properties = {
        "ModelPackageGroupName": model_group(step, context),
        "ModelPackageGroupDescription": f"Versions of model {group}",
    }
    context.bring(Resource(MODEL_GROUP, f"{identifier(group)}ModelGroup", properties))


def model_group(step: ResolvedStep, context: BuildContext) -> str:
    """The model package group of this environment, or the ARN of another's."""
    group = str(step.fields["group"])
    if is_elsewhere(group):
        return group
    return group_name(context.parameter("Prefix"), group)


def is_elsewhere(group: Any) -> bool:
    """Whether a group is given as its ARN: that of another stack, or account."""
    return isinstance(group, str) and group.startswith("arn:")


def group_arns(step: ResolvedStep, context: BuildContext) -> list[str]:
    """The ARNs of the group that a step names, and of its versions."""
    group = model_group(step, context)
    if not is_elsewhere(group):
        group = iam.arn("sagemaker", f"model-package-group/{group}")
    return [group, f"{group.replace('-group/', '/', 1)}/*"]


def inference_container(step: ResolvedStep, context: BuildContext) -> dict[str, Any]:
    """Image and environment of the container that serves a model."""
    image = context.image(image_of(step.fields, "inference"))
    own: dict[str, Any] = {}
    if "entry_point" in step.fields:
        folder, script = code.of(step)
        # A server imports it, by its name.
        own["SAGEMAKER_PROGRAM"] = script.replace("/", ".")
        own["SAGEMAKER_SUBMIT_DIRECTORY"] = code.code_uri(folder, ".tar.gz", context)
    return {"Image": image, "Environment": environment(step, context, own)}


def job_tags(step: ResolvedStep, context: BuildContext) -> list[dict[str, Any]]:
    own = tags(
        environment=context.parameter("Environment"),
        pipeline=context.pipeline,
        step=step.name,
        execution=state_data("$.pipeline.execution_tag"),
    )
    given = step.fields.get("tags", {}).items()
    return [*own, *({"Key": key, "Value": join(as_value(v))} for key, v in given)]
