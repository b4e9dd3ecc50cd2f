"""register_model: a new version of a model package group in the model registry.

Every s3 input besides `model_data` and `metrics` is kept in the version's metadata,
so that inference gets, say, the very transformer the model was trained with.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from mlmax_pipelines.base.limits import MODEL_VARIABLE
from mlmax_pipelines.compiled import Job
from mlmax_pipelines.declared import Statement
from mlmax_pipelines.steps import code, iam
from mlmax_pipelines.steps.context import BuildContext
from mlmax_pipelines.steps.contract import Draft, Field, Found, ResolvedStep, StepType
from mlmax_pipelines.steps.outputs import keep
from mlmax_pipelines.steps.places import places
from mlmax_pipelines.steps.services.sagemaker import (
    checks,
    metadata,
    names,
    requests,
    roles,
    serving,
)
from mlmax_pipelines.steps.services.sagemaker.jobs import CREATE_PACKAGE
from mlmax_pipelines.steps.values import join, result, state_data

_CSV = ("text/csv",)
_TYPE = Field("string", references=True)


class RegisterModel(StepType):
    type = "register_model"
    summary = "a new version in the model registry, with its metrics"
    fields = {
        "group": Field(
            "string",
            "the model package group; of another stack or account, its ARN",
            required=True,
        ),
        "image": requests.IMAGE,
        "entry_point": requests.ENTRY_POINT,
        "code": code.CODE,
        "environment": requests.ENVIRONMENT,
        "content_types": Field(
            "list", "what the model takes", default=("text/csv",), items=_TYPE
        ),
        "response_types": Field(
            "list", "what it answers", default=("text/csv",), items=_TYPE
        ),
    }
    jobs = (CREATE_PACKAGE,)
    outputs = {"model_package": "string"}
    output_kinds = ("string",)

    def check(self, step: ResolvedStep) -> list[Found]:
        problems = checks.check_image(step, "inference") + code.problems(step)
        problems += checks.check_group(step)
        problems += checks.check_environment(step, MODEL_VARIABLE)
        problems += metadata.problems(step)
        if "model_data" not in step.inputs:
            text = f"step '{step.name}' needs input 'model_data'"
            problems.append(((), text, "the model artifact of a training step"))
        return problems

    def build(self, step: ResolvedStep, context: BuildContext) -> list[Draft]:
        requests.bring_group(step, context)
        context.problems += metadata.too_long(step, context)
        context.warnings += serving.warnings(step, context)
        kept = {
            port.name: result("$.ModelPackageArn")
            for port in step.outputs.values()
            if port.read
        }
        job = Job(CREATE_PACKAGE)
        request = _request(step, context)
        draft = context.task(step.name, job, request, **keep(step, kept))
        draft.execution_role = _statements(step, context, job)
        return [draft]


def _statements(
    step: ResolvedStep, context: BuildContext, job: Job
) -> tuple[Statement, ...]:
    """Registering takes no role: whoever calls must be able to see what it names.

    Sources: Service Authorization Reference, Amazon SageMaker (CreateModelPackage);
    Amazon SageMaker Developer Guide, "AWS managed policies for model registry"
    (s3:GetObject, ecr:BatchGetImage, ecr:DescribeImages).
    """
    repository = roles.repository(requests.image_of(step.fields, "inference"))
    return (
        iam.allow(
            job.kind.calls,
            requests.group_arns(step, context),
            "registers the model as a new version of its group",
        ),
        *_sees(step, context),
        iam.see_image(repository),
    )


def _sees(step: ResolvedStep, context: BuildContext) -> Iterator[Statement]:
    """The objects that the version names: SageMaker looks at them as the caller."""
    ports = (step.inputs.get(name) for name in ("model_data", "metrics"))
    found = [p for port in ports if port for p in places(port.value, context)]
    for bucket in dict.fromkeys(place.bucket for place in found):
        keys = dict.fromkeys(place.key for place in found if place.bucket == bucket)
        yield iam.read_objects(bucket, (*keys,), "sees the model it registers")


def _request(step: ResolvedStep, context: BuildContext) -> dict[str, Any]:
    execution = state_data("$.pipeline.execution_name", "string")
    approval = step.inputs.get("approval")
    request: dict[str, Any] = {
        "ModelPackageGroupName": requests.model_group(step, context),
        # The same token on a retry: AWS makes one version, not two.
        "ClientToken": names.token(step),
        "ModelPackageDescription": join(f"{context.pipeline} ", execution),
        "InferenceSpecification": {
            "Containers": [
                {
                    **requests.inference_container(step, context),
                    "ModelDataUrl": step.inputs["model_data"].value,
                }
            ],
            "SupportedContentTypes": list(step.fields.get("content_types", _CSV)),
            "SupportedResponseMIMETypes": list(step.fields.get("response_types", _CSV)),
        },
        "ModelApprovalStatus": approval.value if approval else "PendingManualApproval",
    }
    if metrics := step.inputs.get("metrics"):
        file = {"ContentType": "application/json", "S3Uri": metrics.value}
        request["ModelMetrics"] = {"ModelQuality": {"Statistics": file}}
    if kept := metadata.of(step):
        request["CustomerMetadataProperties"] = kept
    return request


TYPE = RegisterModel()
