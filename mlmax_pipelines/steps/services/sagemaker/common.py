"""What SageMaker steps have in common: names, instances, images, code, tags, roles.

What comes in: a resolved step and the build context. What goes out: parts of a
request in the API's own words, and the statements they need. Never: a client.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from typing import Any

from mlmax_pipelines.base import layout, names
from mlmax_pipelines.base.limits import SAGEMAKER_NAME
from mlmax_pipelines.base.names import LONGEST_ENVIRONMENT
from mlmax_pipelines.compiled import MISSING, Image, Limit, Sub
from mlmax_pipelines.steps import iam
from mlmax_pipelines.steps.contract import BuildContext, Field, ResolvedStep
from mlmax_pipelines.steps.values import Value, join, put

HASH_LENGTH = 32

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
        "type": Field("string", "instance type", default="ml.m5.large"),
        "count": Field("integer", "how many", default=1, minimum=1),
        "volume_gb": Field("integer", "disk of each, GB", default=30, minimum=1),
        "max_runtime_seconds": Field(
            "integer", "the job is stopped after this long", default=3600, minimum=1
        ),
    },
)
ENTRY_POINT = Field(
    "string", "the script to run, `src/train.py`: its folder is shipped"
)
ENVIRONMENT = Field(
    "mapping", "environment variables of the container", items=Field("any")
)

# What the optimized integrations (`sagemaker:createTrainingJob.sync`) call throttling,
# faults of the service and quotas in use: AWS Step Functions Developer Guide and the
# SDK's own examples of retries on SageMaker tasks.
SAGEMAKER_RETRIES: tuple[tuple[str, ...], ...] = (
    ("SageMaker.AmazonSageMakerException", "SageMaker.ResourceLimitExceededException"),
)
# `aws-sdk:` integrations name errors Service.ErrorException: AWS Step Functions
# Developer Guide, "Learning to use AWS service SDK integrations". An error without a
# class of its own, such as throttling, has the service's.
SDK_RETRIES: tuple[tuple[str, ...], ...] = (
    ("SageMaker.SageMakerException", "SageMaker.SdkClientException"),
)


def job_prefix(step: ResolvedStep, context: BuildContext) -> str:
    """`<environment>-<pipeline>-<step>`, short enough for a hash behind it."""
    return f"{context.parameter('Environment')}-{_slug(context.pipeline, step.key)}"


def jobs_prefix(context: BuildContext) -> str:
    """What the names of all jobs of the pipeline begin with."""
    return f"{context.parameter('Environment')}-{_slug(context.pipeline, '')}"


@cache
def _slug(pipeline: str, key: str) -> str:
    room = SAGEMAKER_NAME - HASH_LENGTH - 1 - LONGEST_ENVIRONMENT - 1
    slug = f"{pipeline}-{key}".lower().replace("_", "-")
    while "--" in slug:
        slug = slug.replace("--", "-")
    return slug[:room].strip("-")


def job_name(step: ResolvedStep, context: BuildContext) -> Value:
    """A name no other execution, step, attempt, loop or map item has.

    MD5 gives 32 hex digits (AWS Step Functions, Intrinsics, States.Hash), so that
    the whole is at most 63 characters.
    """
    digest = _unique(
        step,
        "$$.Execution.Id",
        "$$.State.Name",
        "$$.State.EnteredTime",
        "$$.State.RetryCount",
    )
    return join(f"{job_prefix(step, context)}-", Value("string", expression=digest))


def token(step: ResolvedStep) -> str:
    """One text per entry into the step's state: the same one for every retry.

    A client token has at most 36 characters, letters, digits and '-'.
    """
    return _unique(step, "$$.Execution.Id", "$$.State.Name", "$$.State.EnteredTime")


def _unique(step: ResolvedStep, *values: str) -> str:
    """A hash of values, and of the item's place when the step is inside a map."""
    values += ("$.index",) if step.in_map else ()
    holes = "/".join(["{}"] * len(values))
    return f"States.Hash(States.Format('{holes}', {', '.join(values)}), 'MD5')"


def job_arn(kind: str, step: ResolvedStep, context: BuildContext) -> str:
    return iam.arn("sagemaker", f"{kind}/{job_prefix(step, context)}-*")


def name_limit(step: ResolvedStep, context: BuildContext) -> Limit:
    longest = job_prefix(step, context).replace(
        "${Environment}", "e" * LONGEST_ENVIRONMENT
    )
    used = len(longest) + 1 + HASH_LENGTH
    return Limit("job name characters", used, SAGEMAKER_NAME)


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
    kind, count = instance["type"], instance["count"]
    result: dict[str, Any] = {}
    if isinstance(kind, Value):
        put(result, "InstanceType", kind)
    else:
        token = context.setting(step.name, "instance_type", "String", kind)
        result["InstanceType"] = token
    if isinstance(count, Value):
        put(result, "InstanceCount", count)
    else:
        token = context.setting(step.name, "instance_count", "Number", count)
        result["InstanceCount.$"] = f"States.StringToJson('{token}')"
    return result


def max_runtime(step: ResolvedStep) -> dict[str, Any]:
    instance = settled(step.fields.get("instance"), INSTANCE)
    result: dict[str, Any] = {}
    put(result, "MaxRuntimeInSeconds", as_value(instance["max_runtime_seconds"]))
    return result


def settled(given: Mapping[str, Any] | None, form: Field) -> dict[str, Any]:
    """A mapping with the defaults of its form filled in."""
    defaults = {
        key: field.default
        for key, field in (form.fields or {}).items()
        if field.default is not MISSING
    }
    return {**defaults, **(given or {})}


def as_value(value: Any) -> Value:
    return value if isinstance(value, Value) else Value(literal=value)


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
    fields: Mapping[str, Any], own: Mapping[str, Any] | None = None
) -> dict[str, Any]:
    """The environment of a container: every value a string."""
    result: dict[str, Any] = {}
    for name, value in {**(own or {}), **fields.get("environment", {})}.items():
        put(result, name, join(as_value(value)))
    return result


def split_entry_point(entry_point: str) -> tuple[str, str]:
    """`src/train.py` -> (`src`, `train.py`)."""
    folder, _, script = entry_point.partition("/")
    return (folder, script) if script else (".", entry_point)


def code_uri(folder: str, suffix: str, context: BuildContext) -> str:
    """Where the code folder is in S3: suffix `/` for the files, `.tar.gz` packed."""
    context.code[folder] = None
    bucket, version = context.parameter("CodeBucket"), context.parameter("CodeVersion")
    return layout.uri(bucket, f"{version}/{folder}{suffix}")


def output_uri(step: ResolvedStep, name: str, context: BuildContext) -> Value:
    """The folder of one output in S3."""
    bucket = context.parameter("ArtifactBucket")
    return join(layout.uri(bucket), *step.folder, f"/{name}/")


def keep(step: ResolvedStep, outputs: Mapping[str, Any], **more: Any) -> dict[str, Any]:
    """What a task keeps of its result under `$.steps`: only what later states read."""
    kept = {**({"outputs": dict(outputs)} if outputs else {}), **more}
    if "" in step.raw_reads:
        kept["output.$"] = "$"
    elif step.raw_reads:
        kept["output"] = {f"{key}.$": f"$.{key}" for key in step.raw_reads}
    if not kept:
        return {"result_path": None}
    return {"result_selector": kept, "result_path": f"$.steps.{step.key}"}


def job_role_arn(context: BuildContext) -> str:
    return context.use("JobRoleArn", Sub("${JobRole.Arn}"))


def group_name(step: ResolvedStep, context: BuildContext) -> str:
    """The model package group of this environment."""
    return names.group_name(context.parameter("Prefix"), step.fields["group"])


def inference_container(step: ResolvedStep, context: BuildContext) -> dict[str, Any]:
    """Image and environment of the container that serves a model."""
    image = context.image(image_of(step.fields, "inference"))
    own: dict[str, Any] = {}
    if entry_point := step.fields.get("entry_point"):
        folder, script = split_entry_point(entry_point)
        own["SAGEMAKER_PROGRAM"] = script
        own["SAGEMAKER_SUBMIT_DIRECTORY"] = code_uri(folder, ".tar.gz", context)
    return {"Image": image, "Environment": environment(step.fields, own)}


def tags(step: ResolvedStep, context: BuildContext) -> list[dict[str, Any]]:
    """What a bill or a search in the console is grouped by."""
    return [
        {"Key": "mlmax:environment", "Value": context.parameter("Environment")},
        {"Key": "mlmax:pipeline", "Value": context.pipeline},
        {"Key": "mlmax:step", "Value": step.name},
        {"Key": "mlmax:execution", "Value.$": "$.pipeline.execution_name"},
    ]
