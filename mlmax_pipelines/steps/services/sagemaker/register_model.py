"""register_model: a new version of a model package group in the model registry.

Every s3 input besides `model_data` and `metrics` is kept in the version's metadata,
so that inference gets, say, the very transformer the model was trained with.
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
from mlmax_pipelines.steps.values import put, to_text

_OWN = ("model_data", "metrics", "approval")


class RegisterModel(StepType):
    kind = "register_model"
    summary = "a new version in the model registry, with its metrics"
    fields = {
        "group": Field("string", "the model package group", required=True),
        "image": sagemaker.IMAGE,
        "entry_point": sagemaker.ENTRY_POINT,
        "environment": sagemaker.ENVIRONMENT,
        "content_types": Field(
            "list", "what the model takes", default=("text/csv",), items=Field("string")
        ),
        "response_types": Field(
            "list", "what it answers", default=("text/csv",), items=Field("string")
        ),
    }
    outputs = {"model_package": "string"}

    def check(self, step: ResolvedStep) -> list[Found]:
        problems = checks.check_image(step, "inference")
        problems += checks.check_group(step)
        problems += checks.check_environment(step, MODEL_VARIABLE)
        if "model_data" not in step.inputs:
            text = f"step '{step.name}' needs input 'model_data'"
            problems.append(((), text, "the model artifact of a training step"))
        return problems

    def build(self, step: ResolvedStep, context: BuildContext) -> list[Draft]:
        context.model_groups[step.fields["group"]] = None
        kept = {
            f"{port.name}.$": "$.ModelPackageArn"
            for port in step.outputs.values()
            if port.read
        }
        state = sdk.task(
            step.name,
            context.integration("aws-sdk:sagemaker:createModelPackage"),
            parameters=_request(step, context),
            **sagemaker.keep(step, kept),
        )
        allowed = _statements(step, context)
        return [Draft(state, allowed, retries=sagemaker.SDK_RETRIES)]


def _statements(step: ResolvedStep, context: BuildContext) -> tuple[Statement, ...]:
    """Registering takes no role: whoever calls must be able to see what it names.

    Sources: Service Authorization Reference, Amazon SageMaker (CreateModelPackage);
    Amazon SageMaker Developer Guide, "AWS managed policies for model registry"
    (s3:GetObject, ecr:BatchGetImage, ecr:DescribeImages).
    """
    group = sagemaker.group_name(step, context)
    places = [f"model-package-group/{group}", f"model-package/{group}/*"]
    bucket = context.parameter("ArtifactBucket")
    repository = roles.repository(sagemaker.image_of(step.fields, "inference"))
    return (
        iam.allow(
            ("sagemaker:CreateModelPackage",),
            [iam.arn("sagemaker", place) for place in places],
            "registers the model as a new version of its group",
        ),
        iam.read_objects(
            bucket, (f"{context.pipeline}/*",), "sees the model it registers"
        ),
        iam.see_image(repository),
    )


def _request(step: ResolvedStep, context: BuildContext) -> dict[str, Any]:
    container: dict[str, Any] = sagemaker.inference_container(step, context)
    put(container, "ModelDataUrl", step.inputs["model_data"].value)
    request: dict[str, Any] = {
        "ModelPackageGroupName": sagemaker.group_name(step, context),
        # The same token on a retry: AWS makes one version, not two.
        "ClientToken.$": sagemaker.token(step),
        "ModelPackageDescription.$": (
            f"States.Format('{context.pipeline} {{}}', $.pipeline.execution_name)"
        ),
        "InferenceSpecification": {
            "Containers": [container],
            "SupportedContentTypes": list(step.fields.get("content_types", _CSV)),
            "SupportedResponseMIMETypes": list(step.fields.get("response_types", _CSV)),
        },
    }
    if approval := step.inputs.get("approval"):
        put(request, "ModelApprovalStatus", approval.value)
    else:
        request["ModelApprovalStatus"] = "PendingManualApproval"
    if metrics := step.inputs.get("metrics"):
        request["ModelMetrics"] = {"ModelQuality": {"Statistics": _file(metrics.value)}}
    if metadata := _metadata(step):
        request["CustomerMetadataProperties"] = metadata
    return request


_CSV = ("text/csv",)


def _file(uri: Any) -> dict[str, Any]:
    result: dict[str, Any] = {"ContentType": "application/json"}
    put(result, "S3Uri", uri)
    return result


def _metadata(step: ResolvedStep) -> dict[str, Any]:
    result: dict[str, Any] = {}
    for port in step.inputs.values():
        if port.name not in _OWN:
            put(result, port.name, to_text(port.value))
    return result


TYPE = RegisterModel()
