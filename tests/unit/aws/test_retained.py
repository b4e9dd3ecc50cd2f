"""Models deleted with their environment: the calls that takes, in order.

No emulator has SageMaker's deletions; botocore holds the calls and answers here
against the service's own model.
"""

from __future__ import annotations

from typing import Any

import pytest
from botocore.stub import Stubber

from mlmax_pipelines.aws import retained
from mlmax_pipelines.aws.session import Session
from mlmax_pipelines.base.errors import AwsError

ARN = "arn:aws:sagemaker:us-east-1:123456789012:model-package/cancer/"
GROUP = {"ModelPackageGroupName": "cancer"}


@pytest.fixture
def session(monkeypatch: pytest.MonkeyPatch) -> Session:
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "test")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "test")
    return Session("us-east-1")


def listed(version: int) -> dict[str, Any]:
    return {
        "ModelPackageArn": f"{ARN}{version}",
        "CreationTime": 0,
        "ModelPackageStatus": "Completed",
    }


def test_every_version_goes_before_the_group(session: Session) -> None:
    with Stubber(session.client("sagemaker")) as stub:
        page = {"ModelPackageSummaryList": [listed(1)], "NextToken": "more"}
        stub.add_response("list_model_packages", page, GROUP)
        rest = {"ModelPackageSummaryList": [listed(2)]}
        stub.add_response("list_model_packages", rest, {**GROUP, "NextToken": "more"})
        for version in (1, 2):
            name = {"ModelPackageName": f"{ARN}{version}"}
            stub.add_response("delete_model_package", {}, name)
        stub.add_response("delete_model_package_group", {}, GROUP)
        retained.delete(session, "AWS::SageMaker::ModelPackageGroup", "cancer")
        stub.assert_no_pending_responses()


def test_what_nobody_knows_how_to_delete_is_said(session: Session) -> None:
    with pytest.raises(AwsError, match="'table' is left: delete it in the console"):
        retained.delete(session, "AWS::DynamoDB::Table", "table")
