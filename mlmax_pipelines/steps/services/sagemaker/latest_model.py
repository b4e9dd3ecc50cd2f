"""latest_model: the newest approved version of a model package group.

Outputs `model_package` (its ARN) and `model_data`; every further output is read from
the metadata that register_model kept (`transformer`, say). No approved version ends
the execution with an error that says what to do.
"""

from __future__ import annotations

from typing import Any

from mlmax_pipelines.compiled import Job
from mlmax_pipelines.steps import iam, sdk
from mlmax_pipelines.steps.context import BuildContext
from mlmax_pipelines.steps.contract import Draft, Field, Found, ResolvedStep, StepType
from mlmax_pipelines.steps.outputs import keep
from mlmax_pipelines.steps.services.sagemaker import checks, requests
from mlmax_pipelines.steps.services.sagemaker.jobs import (
    DESCRIBE_PACKAGE,
    LIST_PACKAGES,
)
from mlmax_pipelines.steps.values import (
    Origin,
    Value,
    path_text,
    result,
    state_data,
)

_NONE = "NoApprovedModel"
_PLACES = {
    "model_package": "$.ModelPackageArn",
    "model_data": "$.InferenceSpecification.Containers[0].ModelDataUrl",
    "version": "$.ModelPackageVersion",
}


class LatestModel(StepType):
    type = "latest_model"
    summary = "the newest approved version in the model registry"
    fields = {"group": Field("string", "the model package group", required=True)}
    jobs = (LIST_PACKAGES, DESCRIBE_PACKAGE)
    errors = {
        _NONE: "no version in the group is approved: run the pipeline that registers "
        "one, or approve a version that is pending"
    }
    outputs = {"model_package": "string", "model_data": "s3", "version": "integer"}
    output_kinds = ("string", "s3")

    def check(self, step: ResolvedStep) -> list[Found]:
        return checks.check_group(step)

    def build(self, step: ResolvedStep, context: BuildContext) -> list[Draft]:
        requests.bring_group(step, context)
        found = f"$.steps.{step.key}.found"
        choice = Draft(sdk.choice(f"{step.name} found"))
        choice.choices.append(
            (
                sdk.rule("IsPresent", state_data(f"{found}[0]"), True),
                f"{step.name} package",
            )
        )
        choice.default = f"{step.name} none"
        return [
            _search(step, context),
            choice,
            _none(step, context),
            _describe(step, context, state_data(f"{found}[0].ModelPackageArn")),
        ]

    def origins(self, step: ResolvedStep, output: str) -> tuple[Origin, ...]:
        return (Origin(registry=True),)


def _search(step: ResolvedStep, context: BuildContext) -> Draft:
    group = requests.model_group(step, context)
    job = Job(LIST_PACKAGES)
    draft = context.task(
        step.name,
        job,
        {
            "ModelPackageGroupName": group,
            "ModelApprovalStatus": "Approved",
            "SortBy": "CreationTime",
            "SortOrder": "Descending",
            "MaxResults": 1,
        },
        result_selector={"found": result("$.ModelPackageSummaryList")},
        result_path=f"$.steps.{step.key}",
    )
    # Service Authorization Reference, Amazon SageMaker: the resource of
    # ListModelPackages is the versions; examples of group policies name the group.
    places = [f"model-package-group/{group}", f"model-package/{group}/*"]
    resources = [iam.arn("sagemaker", place) for place in places]
    reason = "finds the newest approved version"
    draft.execution_role = (iam.allow(job.kind.calls, resources, reason),)
    return draft


def _none(step: ResolvedStep, context: BuildContext) -> Draft:
    group = requests.model_group(step, context)
    cause = (
        f"no approved model in group '{group}': run the pipeline that registers one, "
        "or approve a version that is pending"
    )
    state = sdk.fail(f"{step.name} none", error=_NONE, cause=cause)
    return Draft(state, goes_on=False)


def _describe(step: ResolvedStep, context: BuildContext, arn: Value) -> Draft:
    kept: dict[str, Any] = {}
    for port in step.outputs.values():
        if port.read:
            metadata = path_text(("CustomerMetadataProperties", port.name))
            kept[port.name] = result(_PLACES.get(port.name, metadata))
    job = Job(DESCRIBE_PACKAGE)
    draft = context.task(
        f"{step.name} package", job, {"ModelPackageName": arn}, **keep(step, kept)
    )
    versions = f"model-package/{requests.model_group(step, context)}/*"
    reason = "reads where the model and its artifacts are"
    resources = [iam.arn("sagemaker", versions)]
    draft.execution_role = (iam.allow(job.kind.calls, resources, reason),)
    return draft


TYPE = LatestModel()
