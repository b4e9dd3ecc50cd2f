"""A stack as CloudFormation has it."""

from __future__ import annotations

from typing import Any

import pytest
from botocore.stub import Stubber

from mlmax_pipelines.aws import stacks
from mlmax_pipelines.aws.failures import Refused
from mlmax_pipelines.aws.session import Session
from mlmax_pipelines.base.errors import AwsError


@pytest.fixture
def session(monkeypatch: pytest.MonkeyPatch) -> Session:
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "none")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "none")
    return Session("us-east-1")


def _answer(status: str = "CREATE_COMPLETE", **more: Any) -> dict[str, Any]:
    stack = {
        "StackName": "mlmax-dev",
        "StackId": "arn:1",
        "CreationTime": "2026-01-01T00:00:00Z",
        "StackStatus": status,
        **more,
    }
    return {"Stacks": [stack]}


def test_parameters_tags_and_outputs_by_name(session: Session) -> None:
    answer = _answer(
        Parameters=[{"ParameterKey": "A", "ParameterValue": "1"}],
        Tags=[{"Key": "team", "Value": "ml"}],
        Outputs=[{"OutputKey": "Arn", "OutputValue": "arn:2"}],
    )
    with Stubber(session.client("cloudformation")) as stub:
        stub.add_response("describe_stacks", answer, {"StackName": "mlmax-dev"})
        found = stacks.deployed(session, "mlmax-dev", "dev")
    assert (found.parameters, found.tags) == ({"A": "1"}, {"team": "ml"})
    assert found.outputs == {"Arn": "arn:2"}


@pytest.mark.parametrize(
    ("status", "busy", "exists"),
    [
        ("UPDATE_IN_PROGRESS", True, True),
        ("UPDATE_COMPLETE", False, True),
        ("REVIEW_IN_PROGRESS", False, False),
    ],
)
def test_what_a_state_means(
    session: Session, status: str, busy: bool, exists: bool
) -> None:
    with Stubber(session.client("cloudformation")) as stub:
        stub.add_response("describe_stacks", _answer(status))
        found = stacks.describe(session, "mlmax-dev")
    assert found is not None
    assert (found.in_progress, found.exists) == (busy, exists)


def test_a_stack_that_is_gone_is_none(session: Session) -> None:
    with Stubber(session.client("cloudformation")) as stub:
        stub.add_client_error(
            "describe_stacks", "ValidationError", "Stack with id x does not exist"
        )
        stub.add_response("describe_stacks", _answer("DELETE_COMPLETE"))
        assert stacks.describe(session, "x") is None
        assert stacks.describe(session, "arn:1") is None


def test_another_refusal_is_none_of_that(session: Session) -> None:
    with Stubber(session.client("cloudformation")) as stub:
        stub.add_client_error("describe_stacks", "AccessDenied", "no")
        with pytest.raises(Refused):
            stacks.describe(session, "x")


def test_an_environment_that_nobody_deployed(session: Session) -> None:
    with Stubber(session.client("cloudformation")) as stub:
        stub.add_response("describe_stacks", _answer("REVIEW_IN_PROGRESS"))
        with pytest.raises(AwsError, match="environment 'dev' is not deployed"):
            stacks.deployed(session, "mlmax-dev", "dev")


@pytest.mark.parametrize("body", ["A: !Ref B\n", '{"A": {"Ref": "B"}}'])
def test_a_template_is_data(session: Session, body: str) -> None:
    with Stubber(session.client("cloudformation")) as stub:
        stub.add_response("get_template", {"TemplateBody": body})
        assert stacks.template(session, "mlmax-dev") == {"A": {"Ref": "B"}}


def test_nested_stacks_by_logical_id(session: Session) -> None:
    def resource(name: str, kind: str, **more: str) -> dict[str, str]:
        common = {"LastUpdatedTimestamp": "2026-01-01T00:00:00Z"}
        common["ResourceStatus"] = "CREATE_COMPLETE"
        return {"LogicalResourceId": name, "ResourceType": kind, **common, **more}

    items = [
        resource("Shared", "AWS::CloudFormation::Stack", PhysicalResourceId="arn:s"),
        resource("Coming", "AWS::CloudFormation::Stack"),
        resource("Bucket", "AWS::S3::Bucket", PhysicalResourceId="b"),
    ]
    with Stubber(session.client("cloudformation")) as stub:
        stub.add_response("list_stack_resources", {"StackResourceSummaries": items})
        assert stacks.nested_ids(session, "mlmax-dev") == {"Shared": "arn:s"}
