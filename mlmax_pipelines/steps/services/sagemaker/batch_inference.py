"""batch_inference: predictions for a folder of files, by a batch transform job.

The model is one of: `model_name` (a SageMaker model that exists), `model_package` (a
version of the model registry) or `model_data` (a model.tar.gz, with `image` and
`entry_point` of the module). For the latter two a model is created first.
"""

from __future__ import annotations

from typing import Any

from mlmax_pipelines.base.limits import MODEL_VARIABLE
from mlmax_pipelines.compiled import Statement
from mlmax_pipelines.steps import checks, iam, sdk
from mlmax_pipelines.steps.contract import (
    BuildContext,
    Draft,
    Field,
    Found,
    ResolvedStep,
    StepType,
)
from mlmax_pipelines.steps.services.sagemaker import common as sagemaker
from mlmax_pipelines.steps.services.sagemaker import roles
from mlmax_pipelines.steps.values import Value, put

_MODELS = ("model_name", "model_package", "model_data")


class BatchInference(StepType):
    kind = "batch_inference"
    summary = "predictions for a folder of files, by a batch transform job"
    fields = {
        "image": sagemaker.IMAGE,
        "entry_point": sagemaker.ENTRY_POINT,
        "environment": sagemaker.ENVIRONMENT,
        "instance": sagemaker.INSTANCE,
        "split_type": Field(
            "string",
            "how files are cut into records",
            enum=("None", "Line", "RecordIO", "TFRecord"),
        ),
        "assemble_with": Field(
            "string", "how results are put together", enum=("None", "Line")
        ),
        "accept": Field("string", "content type of the results"),
        "strategy": Field(
            "string", "records per request", enum=("SingleRecord", "MultiRecord")
        ),
        "max_payload_mb": Field("integer", "of one request", minimum=0),
        "max_concurrent_transforms": Field("integer", "per instance", minimum=0),
    }
    inputs = {
        "model_name": "string",
        "model_package": "string",
        "model_data": "s3",
        "input_path": "s3",
        "output_path": "s3",
        "content_type": "string",
        "instance_type": "string",
        "instance_count": "integer",
    }
    outputs = {"predictions": "s3"}

    def check(self, step: ResolvedStep) -> list[Found]:
        given = [name for name in _MODELS if name in step.inputs]
        problems: list[Found] = []
        if len(given) != 1:
            found = " and ".join(f"'{name}'" for name in given) or "none"
            text = f"step '{step.name}' needs one model, found {found}"
            problems.append(((), text, "give one of: " + ", ".join(_MODELS)))
        if "input_path" not in step.inputs:
            text = f"step '{step.name}' needs input 'input_path'"
            problems.append(((), text, "the s3 folder with the records to predict"))
        if given == ["model_data"] or "image" in step.fields:
            problems += checks.check_image(step, "inference")
        problems += checks.check_instance(step)
        return problems + checks.check_environment(step, MODEL_VARIABLE)

    def build(self, step: ResolvedStep, context: BuildContext) -> list[Draft]:
        job = sdk.task(
            step.name,
            context.integration("sagemaker:createTransformJob.sync"),
            parameters=_request(step, context),
            **_result(step),
        )
        resource = sagemaker.job_arn("transform-job", step, context)
        # A transform job uses the model's role; it is not passed one itself.
        allowed = [
            s
            for s in iam.run_job("TransformJob", resource)
            if "iam:PassRole" not in s.actions
        ]
        draft = Draft(
            job,
            tuple(allowed),
            _job_role(step, context),
            (sagemaker.name_limit(step, context),),
            sagemaker.SAGEMAKER_RETRIES,
        )
        if "model_name" in step.inputs:
            return [draft]
        return [_create_model(step, context), draft]


def _create_model(step: ResolvedStep, context: BuildContext) -> Draft:
    request: dict[str, Any] = {}
    put(request, "ModelName", sagemaker.job_name(step, context))
    request["ExecutionRoleArn"] = sagemaker.job_role_arn(context)
    container: dict[str, Any] = {}
    if package := step.inputs.get("model_package"):
        put(container, "ModelPackageName", package.value)
        request["Containers"] = [container]
    else:
        put(container, "ModelDataUrl", step.inputs["model_data"].value)
        container |= sagemaker.inference_container(step, context)
        request["PrimaryContainer"] = container
    request["Tags"] = sagemaker.tags(step, context)
    state = sdk.task(
        f"{step.name} model",
        context.integration("sagemaker:createModel"),
        parameters=request,
        result_selector={
            "name.$": "States.ArrayGetItem(States.StringSplit($.ModelArn, '/'), 1)"
        },
        result_path=f"$.steps.{step.key}.model",
    )
    return Draft(
        state, _model_statements(step, context), retries=sagemaker.SAGEMAKER_RETRIES
    )


def _model_statements(
    step: ResolvedStep, context: BuildContext
) -> tuple[Statement, ...]:
    resource = sagemaker.job_arn("model", step, context)
    actions = ("sagemaker:CreateModel", "sagemaker:AddTags", "sagemaker:ListTags")
    allowed = (
        iam.allow(actions, [resource], "creates the model its job predicts with"),
        iam.pass_role("gives the model the role it runs with"),
    )
    if package := step.inputs.get("model_package"):
        return (*allowed, _use_package(package.value, context))
    return allowed


def _use_package(package: Value, context: BuildContext) -> Statement:
    """Making a model from a version is allowed on the version too.

    Source: Amazon SageMaker Developer Guide, "Deploy a Model from the Registry": a
    policy of a group allows CreateModel and DescribeModelPackage on its versions. A
    version known only at run time is of a group of this environment.
    """
    groups = f"model-package/{context.parameter('Prefix')}-*"
    resource = package.literal if package.is_literal else iam.arn("sagemaker", groups)
    actions = ("sagemaker:CreateModel", "sagemaker:DescribeModelPackage")
    return iam.allow(actions, [resource], "makes a model of a registered version")


def _request(step: ResolvedStep, context: BuildContext) -> dict[str, Any]:
    request: dict[str, Any] = {}
    put(request, "TransformJobName", sagemaker.job_name(step, context))
    if name := step.inputs.get("model_name"):
        put(request, "ModelName", name.value)
    else:
        request["ModelName.$"] = f"$.steps.{step.key}.model.name"
    request["TransformInput"] = _input(step)
    request["TransformOutput"] = _output(step, context)
    request["TransformResources"] = sagemaker.instance_settings(step, context)
    for key, field in (
        ("BatchStrategy", "strategy"),
        ("MaxPayloadInMB", "max_payload_mb"),
        ("MaxConcurrentTransforms", "max_concurrent_transforms"),
    ):
        if field in step.fields:
            put(request, key, sagemaker.as_value(step.fields[field]))
    request["Tags"] = sagemaker.tags(step, context)
    return request


def _input(step: ResolvedStep) -> dict[str, Any]:
    source: dict[str, Any] = {"S3DataType": "S3Prefix"}
    put(source, "S3Uri", step.inputs["input_path"].value)
    result: dict[str, Any] = {"DataSource": {"S3DataSource": source}}
    if content_type := step.inputs.get("content_type"):
        put(result, "ContentType", content_type.value)
    if "split_type" in step.fields:
        result["SplitType"] = step.fields["split_type"]
    return result


def _output(step: ResolvedStep, context: BuildContext) -> dict[str, Any]:
    result: dict[str, Any] = {}
    if given := step.inputs.get("output_path"):
        put(result, "S3OutputPath", given.value)
    else:
        names = [port.name for port in step.outputs.values() if port.type == "s3"]
        place = sagemaker.output_uri(step, (*names, "predictions")[0], context)
        put(result, "S3OutputPath", place)
    for key, name in (("Accept", "accept"), ("AssembleWith", "assemble_with")):
        if name in step.fields:
            put(result, key, sagemaker.as_value(step.fields[name]))
    return result


def _result(step: ResolvedStep) -> dict[str, Any]:
    kept = {
        f"{port.name}.$": "$.TransformOutput.S3OutputPath"
        for port in step.outputs.values()
        if port.read
    }
    return sagemaker.keep(step, kept)


def _job_role(step: ResolvedStep, context: BuildContext) -> tuple[Statement, ...]:
    if "model_name" in step.inputs:
        return ()  # the model that exists has a role of its own
    image = sagemaker.image_of(step.fields, "inference")
    statements = roles.job_role(step, context, image, ["TransformJobs"])
    output = step.inputs.get("output_path")
    return statements + (roles.write_to(output, context) if output else ())


TYPE = BatchInference()
