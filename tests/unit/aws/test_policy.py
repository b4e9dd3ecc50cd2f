"""The policy for whoever deploys: what it takes, and no more."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from mlmax_pipelines import environment
from mlmax_pipelines.aws import policy
from mlmax_pipelines.aws.policy import Scope
from mlmax_pipelines.base.errors import PipelineError
from mlmax_pipelines.project.deployment import Deployment
from mlmax_pipelines.steps.services.lambda_.resources import FUNCTION
from mlmax_pipelines.steps.services.sagemaker.resources import MODEL_GROUP

REPOSITORY = Path(__file__).parents[3]
SCOPE = Scope("mlmax-dev", "my-bucket", "aws", "us-east-1")
KINDS = (FUNCTION, MODEL_GROUP)
# A managed policy may have so many characters; white space does not count.
MANAGED_POLICY = 6_144


def made(kind: str) -> list[dict[str, Any]]:
    template = f"Resources: {{One: {{Type: {kind}}}}}\n"
    statements = policy.document({"one.yaml": template.encode()}, SCOPE, KINDS)[
        "Statement"
    ]
    assert isinstance(statements, list)
    return statements


def test_the_documented_policy_is_that_of_the_reference_project() -> None:
    loaded = environment.load(REPOSITORY, "dev")
    document = Deployment(REPOSITORY, loaded).policy("my-bucket")
    written = (REPOSITORY / "docs" / "deploy-policy.json").read_text()
    command = "pipeline deploy-policy -e dev --bucket my-bucket"
    hint = f"run: {command} > docs/deploy-policy.json"
    assert written == json.dumps(document, indent=2) + "\n", hint
    assert len("".join(written.split())) <= MANAGED_POLICY


@pytest.mark.parametrize(
    "kind", [*policy._TYPES, policy._DASHBOARD, *(kind.type for kind in KINDS)]
)
def test_actions_are_those_that_the_resource_type_asks_for(kind: str) -> None:
    from cfnlint.schema import PROVIDER_SCHEMA_MANAGER

    schema = PROVIDER_SCHEMA_MANAGER.get_resource_schema("us-east-1", kind).schema
    asked = {
        action
        for handler in schema["handlers"].values()
        for action in handler["permissions"]
    }
    sid = kind.replace("AWS::", "").replace("::", "")
    statements = [
        one for one in made(kind) if one["Sid"].removesuffix("Anywhere") == sid
    ]
    actions = {action for one in statements for action in one["Action"]}
    assert actions and actions <= asked


def test_nothing_is_allowed_everywhere_but_what_takes_no_resource() -> None:
    for kind in [*policy._TYPES, policy._DASHBOARD, *(kind.type for kind in KINDS)]:
        for statement in made(kind):
            assert all("*" not in action for action in statement["Action"])
            if statement["Sid"] == "SNSSubscriptionAnywhere":
                assert statement["Resource"] == ["*"]
                continue
            for resource in statement["Resource"]:
                assert (
                    "mlmax-dev" in resource
                    or "my-bucket" in resource
                    or ("changeSet/deploy-" in resource)
                )


def test_roles_are_passed_only_to_the_services_that_take_them() -> None:
    passed = [one for one in made("AWS::IAM::Role") if one["Sid"] == "PassRoles"]
    assert passed[0]["Resource"] == ["arn:aws:iam::*:role/mlmax-dev-*"]
    services = passed[0]["Condition"]["StringEquals"]["iam:PassedToService"]
    assert services == [
        "lambda.amazonaws.com",
        "scheduler.amazonaws.com",
        ("states.amazonaws.com"),
    ]
    assert all(one["Sid"] != "PassRoles" for one in made("AWS::SNS::Topic"))


def test_an_unknown_resource_type_is_no_silent_gap() -> None:
    with pytest.raises(PipelineError, match="'AWS::EC2::Instance'"):
        made("AWS::EC2::Instance")
