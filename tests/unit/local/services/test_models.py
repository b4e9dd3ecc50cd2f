from __future__ import annotations

from typing import Any

SDK = "aws-sdk:sagemaker:"
PACKAGE = {
    "ModelPackageGroupName": "Cancer",
    "ModelApprovalStatus": "Approved",
    "InferenceSpecification": {"Containers": [{"ModelDataUrl": "s3://b/m"}]},
}


def test_times_are_text_as_the_sdk_integration_gives_them(call: Any) -> None:
    arn = call(SDK + "createModelPackage", PACKAGE)["ModelPackageArn"]
    listed = call(SDK + "listModelPackages", {"ModelApprovalStatus": "Approved"})
    [summary] = listed["ModelPackageSummaryList"]
    assert summary["ModelPackageArn"] == arn
    assert summary["CreationTime"].endswith("Z")
    described = call(SDK + "describeModelPackage", {"ModelPackageName": arn})
    assert described["LastModifiedTime"].endswith("Z")


def test_a_package_is_approved_later(call: Any) -> None:
    waiting = {**PACKAGE, "ModelApprovalStatus": "PendingManualApproval"}
    arn = call(SDK + "createModelPackage", waiting)["ModelPackageArn"]
    update = {"ModelPackageArn": arn, "ModelApprovalStatus": "Approved"}
    call(SDK + "updateModelPackage", update)
    listed = call(SDK + "listModelPackages", {"ModelApprovalStatus": "Approved"})
    assert len(listed["ModelPackageSummaryList"]) == 1


def test_the_two_integrations_name_a_refusal_differently(
    call: Any, failure: Any
) -> None:
    model = {"ModelName": "m", "PrimaryContainer": {"Image": "i"}}
    call("sagemaker:createModel", model)
    error, cause = failure("sagemaker:createModel", model)
    assert error == "SageMaker.AmazonSageMakerException"
    error, _ = failure(SDK + "describeModelPackage", {"ModelPackageName": "x/1"})
    assert error == "SageMaker.SageMakerException"
    assert "already existing model" in cause
