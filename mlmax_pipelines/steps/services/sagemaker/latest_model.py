"""latest_model: the newest approved version of a model package group.

Outputs `model_package` (its ARN) and `model_data`; every further output is read from
the metadata that register_model kept (`transformer`, say). No approved version ends
the execution with an error that says what to do.
"""

from __future__ import annotations

from typing import Any

from mlmax_pipelines.asl.paths import path_text
from mlmax_pipelines.compiled import Job
from mlmax_pipelines.declared import Statement
from mlmax_pipelines.steps import iam, sdk
from mlmax_pipelines.steps.context import BuildContext
from mlmax_pipelines.steps.contract import Draft, Field, Found, ResolvedStep, StepType
from mlmax_pipelines.steps.origins import Origin
from mlmax_pipelines.steps.outputs import keep
from mlmax_pipelines.steps.services.sagemaker import checks, requests
from mlmax_pipelines.steps.services.sagemaker.jobs import (
    DESCRIBE_PACKAGE,
    LIST_PACKAGES,
)
from mlmax_pipelines.steps.values import call, result, state_data

_NONE = "NoApprovedModel"
# AWS cuts a page and then filters it (botocore's text for ListTrainingJobs; boto3
# #2521): what is pending may fill pages before the first approved version.
_PAGE_SIZE, _PAGES = 100, 100
_PAGE = {
    "found": result("$.ModelPackageSummaryList[*].ModelPackageArn", "list"),
    # In a list, which is empty when there is no further page.
    "more": result("$..NextToken", "list"),
}
_PLACES = {
    "model_package": "$.ModelPackageArn",
    "model_data": "$.InferenceSpecification.Containers[0].ModelDataUrl",
    "version": "$.ModelPackageVersion",
}


class LatestModel(StepType):
    type = "latest_model"
    summary = "the newest approved version in the model registry"
    fields = {
        "group": Field(
            "string",
            "the model package group; of another stack or account, its ARN",
            required=True,
        )
    }
    jobs = (LIST_PACKAGES, DESCRIBE_PACKAGE)
    errors = {
        _NONE: "no version in the group is approved: run the pipeline that registers "
        "one, or approve a version that is pending"
    }
    outputs = {"model_package": "string", "model_data": "s3", "version": "integer"}
    output_kinds = ("string", "s3")
    rounds = _PAGES

    def check(self, step: ResolvedStep) -> list[Found]:
        return checks.check_group(step)

    def build(self, step: ResolvedStep, context: BuildContext) -> list[Draft]:
        requests.bring_group(step, context)
        return [
            _search(step, context),
            _found(step),
            _more(step, context),
            _page(step),
            _none(step, context),
            _describe(step, context),
        ]

    def origins(self, step: ResolvedStep, output: str) -> tuple[Origin, ...]:
        return (Origin(registry=True),)


def _search(step: ResolvedStep, context: BuildContext) -> Draft:
    """The first page of the group's versions."""
    draft = context.task(
        step.name,
        Job(LIST_PACKAGES),
        _request(step, context),
        result_selector={**_PAGE, "page": 1},
        result_path=f"$.steps.{step.key}",
    )
    draft.execution_role = _may_list(step, context)
    return draft


def _found(step: ResolvedStep) -> Draft:
    """Goes on with the first version found, or with the next page, if there is one."""
    here = f"$.steps.{step.key}"
    draft = Draft(sdk.choice(f"{step.name} found"))
    found = sdk.rule("IsPresent", state_data(f"{here}.found[0]"), True)
    more = sdk.rule("IsPresent", state_data(f"{here}.more[0]"), True)
    few = sdk.rule("NumericLessThan", state_data(f"{here}.page"), _PAGES)
    draft.choices.append((found, f"{step.name} package"))
    draft.choices.append((sdk.combine("And", [more, few]), f"{step.name} more"))
    draft.default = f"{step.name} none"
    return draft


def _more(step: ResolvedStep, context: BuildContext) -> Draft:
    here = f"$.steps.{step.key}"
    token = state_data(f"{here}.more[0]", "string")
    draft = context.task(
        f"{step.name} more",
        Job(LIST_PACKAGES),
        {**_request(step, context), "NextToken": token},
        result_selector=_PAGE,
        result_path=f"{here}.next",
    )
    draft.execution_role = _may_list(step, context)
    return draft


def _page(step: ResolvedStep) -> Draft:
    """The next page in the place of the one before."""
    here = f"$.steps.{step.key}"
    page = {
        "found": state_data(f"{here}.next.found"),
        "more": state_data(f"{here}.next.more"),
        "page": call("States.MathAdd", state_data(f"{here}.page"), 1),
    }
    state = sdk.pass_(f"{step.name} page", parameters=page, result_path=here)
    return Draft(state, next=f"{step.name} found")


def _request(step: ResolvedStep, context: BuildContext) -> dict[str, Any]:
    return {
        "ModelPackageGroupName": requests.model_group(step, context),
        "ModelApprovalStatus": "Approved",
        "SortBy": "CreationTime",
        "SortOrder": "Descending",
        "MaxResults": _PAGE_SIZE,
    }


def _may_list(step: ResolvedStep, context: BuildContext) -> tuple[Statement, ...]:
    """Service Authorization Reference, Amazon SageMaker: the resource of
    ListModelPackages is the versions; examples of group policies name the group."""
    resources = requests.group_arns(step, context)
    reason = "finds the newest approved version"
    return (iam.allow(LIST_PACKAGES.calls, resources, reason),)


def _none(step: ResolvedStep, context: BuildContext) -> Draft:
    group = requests.model_group(step, context)
    cause = (
        f"no approved model in group '{group}' (looked at its newest "
        f"{_PAGES * _PAGE_SIZE:,} versions): run the pipeline that registers one, or "
        "approve a version that is pending"
    )
    state = sdk.fail(f"{step.name} none", error=_NONE, cause=cause)
    return Draft(state, goes_on=False)


def _describe(step: ResolvedStep, context: BuildContext) -> Draft:
    arn = state_data(f"$.steps.{step.key}.found[0]")
    kept: dict[str, Any] = {}
    for port in step.outputs.values():
        if port.read:
            metadata = path_text(("CustomerMetadataProperties", port.name))
            kept[port.name] = result(_PLACES.get(port.name, metadata))
    job = Job(DESCRIBE_PACKAGE)
    draft = context.task(
        f"{step.name} package",
        job,
        {"ModelPackageName": arn},
        # In the place of the page it was on, whether it is read or not.
        **keep(step, kept, found=result("$.ModelPackageArn")),
    )
    reason = "reads where the model and its artifacts are"
    resources = requests.group_arns(step, context)[1:]
    draft.execution_role = (iam.allow(job.kind.calls, resources, reason),)
    return draft


TYPE = LatestModel()
