"""latest_model: the newest approved version of a model package group.

Outputs `model_package` (its ARN) and `model_data`; every further output is read from
the metadata that register_model kept (`transformer`, say). No approved version ends
the execution with an error that says what to do.
"""

from __future__ import annotations

from typing import Any

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

_PLACES = {
    "model_package": "$.ModelPackageArn",
    "model_data": "$.InferenceSpecification.Containers[0].ModelDataUrl",
    "version": "$.ModelPackageVersion",
}


class LatestModel(StepType):
    kind = "latest_model"
    summary = "the newest approved version in the model registry"
    fields = {"group": Field("string", "the model package group", required=True)}
    outputs = {"model_package": "string", "model_data": "s3", "version": "integer"}

    def check(self, step: ResolvedStep) -> list[Found]:
        return checks.check_group(step)

    def build(self, step: ResolvedStep, context: BuildContext) -> list[Draft]:
        context.model_groups[step.fields["group"]] = None
        found = f"$.steps.{step.key}.found"
        choice = Draft(sdk.choice(f"{step.name} found"))
        choice.choices.append(
            (sdk.rule("IsPresent", f"{found}[0]", True), f"{step.name} package")
        )
        choice.default = f"{step.name} none"
        return [
            _search(step, context),
            choice,
            _none(step, context),
            _describe(step, context, f"{found}[0].ModelPackageArn"),
        ]


def _search(step: ResolvedStep, context: BuildContext) -> Draft:
    group = sagemaker.group_name(step, context)
    state = sdk.task(
        step.name,
        context.integration("aws-sdk:sagemaker:listModelPackages"),
        parameters={
            "ModelPackageGroupName": group,
            "ModelApprovalStatus": "Approved",
            "SortBy": "CreationTime",
            "SortOrder": "Descending",
            "MaxResults": 1,
        },
        result_selector={"found.$": "$.ModelPackageSummaryList"},
        result_path=f"$.steps.{step.key}",
    )
    # Service Authorization Reference, Amazon SageMaker: the resource of
    # ListModelPackages is the versions; examples of group policies name the group.
    places = [f"model-package-group/{group}", f"model-package/{group}/*"]
    statement = iam.allow(
        ("sagemaker:ListModelPackages",),
        [iam.arn("sagemaker", place) for place in places],
        "finds the newest approved version",
    )
    return Draft(state, (statement,), retries=sagemaker.SDK_RETRIES)


def _none(step: ResolvedStep, context: BuildContext) -> Draft:
    group = sagemaker.group_name(step, context)
    cause = (
        f"no approved model in group '{group}': run the pipeline that registers one, "
        "or approve a version that is pending"
    )
    state = sdk.fail(f"{step.name} none", error="NoApprovedModel", cause=cause)
    return Draft(state, goes_on=False)


def _describe(step: ResolvedStep, context: BuildContext, arn: str) -> Draft:
    kept: dict[str, Any] = {}
    for port in step.outputs.values():
        if port.read:
            metadata = f"$.CustomerMetadataProperties.{port.name}"
            kept[f"{port.name}.$"] = _PLACES.get(port.name, metadata)
    state = sdk.task(
        f"{step.name} package",
        context.integration("aws-sdk:sagemaker:describeModelPackage"),
        parameters={"ModelPackageName.$": arn},
        **sagemaker.keep(step, kept),
    )
    group = sagemaker.group_name(step, context)
    statement = iam.allow(
        ("sagemaker:DescribeModelPackage",),
        [iam.arn("sagemaker", f"model-package/{group}/*")],
        "reads where the model and its artifacts are",
    )
    return Draft(state, (statement,), retries=sagemaker.SDK_RETRIES)


TYPE = LatestModel()
