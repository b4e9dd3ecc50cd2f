"""A stack as CloudFormation has it."""

from __future__ import annotations

from typing import Any

import pytest
from botocore.stub import Stubber

from mlmax_pipelines.aws import stacks
from mlmax_pipelines.aws.failures import Refused
from mlmax_pipelines.aws.session import Session
from mlmax_pipelines.base.errors import AwsError
from mlmax_pipelines.environment import Environment

DEV = Environment("dev", "stepfunctions", project="fraud-1")


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
        found = stacks.deployed(session, DEV)
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
            stacks.deployed(session, DEV)


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


@pytest.mark.parametrize(
    ("project", "environment", "told"),
    [
        ("", "dev", ""),
        ("fraud-1", "dev", ""),
        ("churn-2", "dev", "is of project 'churn-2', and this one is 'fraud-1'"),
        ("churn-2", "prod", "is of project 'churn-2'"),
        ("fraud-1", "prod", "is environment 'prod', not 'dev'"),
    ],
)
def test_a_stack_is_its_projects_and_environments(
    session: Session, project: str, environment: str, told: str
) -> None:
    given = {"Project": project, "Environment": environment}
    pairs = [{"ParameterKey": k, "ParameterValue": v} for k, v in given.items()]
    with Stubber(session.client("cloudformation")) as stub:
        stub.add_response("describe_stacks", _answer(Parameters=pairs))
        found = stacks.describe(session, "mlmax-dev")
    assert found is not None and found.project == project
    if not told:
        stacks.check_owner(found, DEV)
        return
    with pytest.raises(AwsError) as refused:
        stacks.check_owner(found, DEV)
    assert told in refused.value.problem.message
    if environment == "dev":
        assert "deploy -e dev --take-over" in refused.value.problem.hint
        stacks.check_owner(found, DEV, take_over=True)


def test_a_project_without_an_id_touches_no_other_ones_stack(session: Session) -> None:
    pairs = [{"ParameterKey": "Project", "ParameterValue": "churn-2"}]
    with Stubber(session.client("cloudformation")) as stub:
        stub.add_response("describe_stacks", _answer(Parameters=pairs))
        with pytest.raises(AwsError, match="'churn-2', and this one is without an id"):
            stacks.deployed(session, Environment("dev", "stepfunctions"))
