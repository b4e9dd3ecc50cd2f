"""What both registries promise."""

from __future__ import annotations

import time
from typing import Any

import pytest

from mlmax_pipelines.registry.contract import ModelRegistry, RegistryError


@pytest.fixture(params=["on_this_machine", "on_sagemaker"])
def registry(request: pytest.FixtureRequest) -> Any:
    return request.getfixturevalue(request.param)


def package(group: str = "Cancer", **more: Any) -> dict[str, Any]:
    containers = [{"Image": "image", "ModelDataUrl": "s3://b/model.tar.gz"}]
    return {
        "ModelPackageGroupName": group,
        "InferenceSpecification": {
            "Containers": containers,
            "SupportedContentTypes": ["text/csv"],
            "SupportedResponseMIMETypes": ["text/csv"],
        },
        # SageMaker's default, which moto does not know.
        "ModelApprovalStatus": "PendingManualApproval",
        **more,
    }


def create(registry: ModelRegistry, group: str = "Cancer", **more: Any) -> str:
    arn: str = registry.create_package(package(group, **more))["ModelPackageArn"]
    return arn


def arns(registry: ModelRegistry, **request: Any) -> list[str]:
    page = registry.list_packages({"SortOrder": "Ascending", **request})
    return [item["ModelPackageArn"] for item in page["ModelPackageSummaryList"]]


def test_a_new_version_is_described(registry: ModelRegistry) -> None:
    before = time.time() - 1
    arn = create(registry, ModelPackageDescription="the first")
    described = registry.describe_package(arn)
    assert described["ModelPackageArn"] == arn
    assert described["ModelPackageGroupName"] == "Cancer"
    assert described["ModelPackageVersion"] == 1
    assert described["ModelPackageDescription"] == "the first"
    assert described["ModelPackageStatus"] == "Completed"
    assert described["ModelApprovalStatus"] == "PendingManualApproval"
    [container] = described["InferenceSpecification"]["Containers"]
    assert container["ModelDataUrl"] == "s3://b/model.tar.gz"
    assert before <= described["CreationTime"] <= time.time() + 1


def test_versions_count_up_in_each_group(registry: ModelRegistry) -> None:
    made = [create(registry, group) for group in ("Cancer", "Cancer", "Other")]
    versions = [registry.describe_package(arn)["ModelPackageVersion"] for arn in made]
    assert versions == [1, 2, 1]
    assert arns(registry, ModelPackageGroupName="Cancer") == made[:2]
    assert arns(registry, ModelPackageGroupName="Other") == made[2:]


def test_what_is_approved_is_listed_as_approved(registry: ModelRegistry) -> None:
    first, second = create(registry), create(registry)
    answer = registry.update_package(
        {
            "ModelPackageArn": second,
            "ModelApprovalStatus": "Approved",
            "ApprovalDescription": "better than the first",
        }
    )
    assert answer == {"ModelPackageArn": second}
    group = {"ModelPackageGroupName": "Cancer"}
    assert arns(registry, ModelApprovalStatus="Approved", **group) == [second]
    described = registry.describe_package(second)
    assert described["ModelApprovalStatus"] == "Approved"
    assert described["ApprovalDescription"] == "better than the first"
    pending = {"ModelApprovalStatus": "PendingManualApproval"}
    assert arns(registry, **pending, **group) == [first]


def test_a_summary_says_what_a_list_shows(registry: ModelRegistry) -> None:
    arn = create(registry, ModelApprovalStatus="Approved")
    page = registry.list_packages({"ModelPackageGroupName": "Cancer"})
    [summary] = page["ModelPackageSummaryList"]
    assert summary["ModelPackageArn"] == arn
    assert summary["ModelPackageGroupName"] == "Cancer"
    assert summary["ModelPackageVersion"] == 1
    assert summary["ModelApprovalStatus"] == "Approved"
    assert summary["ModelPackageStatus"] == "Completed"
    assert isinstance(summary["CreationTime"], float)


def test_a_list_comes_in_pages(registry: ModelRegistry) -> None:
    made = [create(registry) for _ in range(3)]
    request = {"ModelPackageGroupName": "Cancer", "SortOrder": "Ascending"}
    first = registry.list_packages({**request, "MaxResults": 2})
    token = first["NextToken"]
    rest = registry.list_packages({**request, "MaxResults": 2, "NextToken": token})
    pages = (first["ModelPackageSummaryList"], rest["ModelPackageSummaryList"])
    found = [[item["ModelPackageArn"] for item in page] for page in pages]
    assert found == [made[:2], made[2:]]
    assert "NextToken" not in rest


def test_what_is_not_there_is_refused(registry: ModelRegistry) -> None:
    missing = create(registry).replace("cancer/1", "cancer/7")
    with pytest.raises(RegistryError):
        registry.describe_package(missing)
