from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from mlmax_pipelines.registry.contract import RegistryError
from mlmax_pipelines.registry.local import Registry

PREFIX = "arn:aws:sagemaker:us-east-1:000000000000:"


@pytest.fixture
def registry(tmp_path: Path) -> Registry:
    return Registry(tmp_path, PREFIX)


def package(group: str = "Cancer", **more: Any) -> dict[str, Any]:
    return {
        "ModelPackageGroupName": group,
        "InferenceSpecification": {"Containers": [{"ModelDataUrl": "s3://b/m"}]},
        **more,
    }


def arns(answer: dict[str, Any]) -> list[str]:
    return [item["ModelPackageArn"] for item in answer["ModelPackageSummaryList"]]


def test_versions_count_up_in_each_group(registry: Registry) -> None:
    made = [registry.create_package(package(group)) for group in ("A", "A", "B")]
    assert [item["ModelPackageArn"].rpartition(":")[2] for item in made] == [
        "model-package/a/1",
        "model-package/a/2",
        "model-package/b/1",
    ]


def test_a_package_is_described_by_its_arn(registry: Registry) -> None:
    arn = registry.create_package(
        package(CustomerMetadataProperties={"transformer": "s3://b/t"})
    )["ModelPackageArn"]
    described = registry.describe_package(arn)
    assert described["ModelPackageVersion"] == 1
    assert described["ModelApprovalStatus"] == "PendingManualApproval"
    assert described["CustomerMetadataProperties"] == {"transformer": "s3://b/t"}
    assert described["InferenceSpecification"]["Containers"]


def test_the_newest_approved_package_comes_first(registry: Registry) -> None:
    statuses = ("Approved", "Approved", "PendingManualApproval", "Rejected")
    for status in statuses:
        registry.create_package(package(ModelApprovalStatus=status))
    request = {
        "ModelPackageGroupName": "Cancer",
        "ModelApprovalStatus": "Approved",
        "SortBy": "CreationTime",
        "SortOrder": "Descending",
    }
    versions = [f"{PREFIX}model-package/cancer/{version}" for version in (2, 1)]
    assert arns(registry.list_packages(request)) == versions


def test_a_page_is_cut_before_it_is_filtered(registry: Registry) -> None:
    """As AWS does: what is pending may fill a page before the first approved one."""
    for status in ("Approved", "Rejected", "PendingManualApproval"):
        registry.create_package(package(ModelApprovalStatus=status))
    request = {"ModelApprovalStatus": "Approved", "MaxResults": 2}
    page = registry.list_packages(request)
    assert arns(page) == []
    rest = registry.list_packages({**request, "NextToken": page["NextToken"]})
    assert arns(rest) == [f"{PREFIX}model-package/cancer/1"]
    assert "NextToken" not in rest


def test_an_unknown_group_has_no_packages(registry: Registry) -> None:
    assert arns(registry.list_packages({"ModelPackageGroupName": "None"})) == []


def test_approving_a_package_makes_it_listed(registry: Registry) -> None:
    arn = registry.create_package(package())["ModelPackageArn"]
    registry.update_package({"ModelPackageArn": arn, "ModelApprovalStatus": "Approved"})
    assert arns(registry.list_packages({"ModelApprovalStatus": "Approved"})) == [arn]


def test_a_status_sagemaker_does_not_know_is_refused(registry: Registry) -> None:
    with pytest.raises(RegistryError, match="'Yes' at 'ModelApprovalStatus'"):
        registry.create_package(package(ModelApprovalStatus="Yes"))


@pytest.mark.parametrize("name", ["../x", "a/1/../../2", "a", "arn:x/../1", "a/b"])
def test_names_cannot_leave_the_registry(registry: Registry, name: str) -> None:
    registry.create_package(package("a"))
    with pytest.raises(RegistryError, match="Invalid model package|does not exist"):
        registry.describe_package(name)


def test_a_model_is_made_once(registry: Registry) -> None:
    registry.create_model({"ModelName": "m", "PrimaryContainer": {"Image": "i"}})
    assert registry.describe_model("m")["PrimaryContainer"] == {"Image": "i"}
    with pytest.raises(RegistryError, match="already existing model"):
        registry.create_model({"ModelName": "m"})
    registry.create_model({"ModelName": "local-p-1"})
    assert registry.models("local", ["p", "q"]) == ["local-p-1"]
    registry.delete_model("m")
    with pytest.raises(RegistryError, match="Could not find model 'm'"):
        registry.describe_model("m")


_REGISTER = """
import sys
from pathlib import Path
from mlmax_pipelines.registry.local import Registry
registry = Registry(Path(sys.argv[1]), "arn:")
for _ in range(40):
    print(registry.create_package({"ModelPackageGroupName": "G"})["ModelPackageArn"])
"""


def test_two_processes_never_get_the_same_version(tmp_path: Path) -> None:
    command = [sys.executable, "-c", _REGISTER, str(tmp_path)]
    both = [
        subprocess.Popen(command, stdout=subprocess.PIPE, text=True) for _ in range(2)
    ]
    versions = [line for one in both for line in one.communicate()[0].split()]
    assert sorted(int(v.rpartition("/")[2]) for v in versions) == list(range(1, 81))
