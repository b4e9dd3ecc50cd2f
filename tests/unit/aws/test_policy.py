"""The policy for whoever deploys: what it takes, and no more.

That it is all that CloudFormation's handlers ask for is checked with every kind of
step: tests/unit/steps/conformance/test_deploying.py.
"""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from mlmax_pipelines import environment
from mlmax_pipelines.aws import policy
from mlmax_pipelines.aws.handlers import HANDLERS
from mlmax_pipelines.aws.policy import Scope
from mlmax_pipelines.base.errors import PipelineError
from mlmax_pipelines.base.limits import MANAGED_POLICY
from mlmax_pipelines.project.deployment import Deployment
from mlmax_pipelines.steps.services.lambda_.resources import FUNCTION
from mlmax_pipelines.steps.services.sagemaker.resources import MODEL_GROUP

REPOSITORY = Path(__file__).parents[3]
SCOPE = Scope("mlmax-dev", "my-bucket", "aws", "us-east-1")
KINDS = (FUNCTION, MODEL_GROUP)
TYPES = [*HANDLERS, *(kind.type for kind in KINDS)]


def made(kind: str, scope: Scope = SCOPE, **properties: Any) -> list[dict[str, Any]]:
    """The statements for a template of one resource."""
    resource = {"Type": kind, "Properties": properties}
    template = json.dumps({"Resources": {"One": resource}})
    found = policy.documents({"one.yaml": template.encode()}, scope, KINDS)
    return [one for document in found for one in document["Statement"]]


def actions(found: list[dict[str, Any]]) -> set[str]:
    return {action for one in found for action in one["Action"]}


def test_the_documented_policy_is_that_of_the_reference_project() -> None:
    loaded = environment.load(REPOSITORY, "dev")
    found = Deployment(REPOSITORY, loaded).policies("my-bucket")
    written = (REPOSITORY / "docs" / "deploy-policy.json").read_text()
    command = "pipeline policies -e dev --bucket my-bucket"
    hint = f"run: {command} > docs/deploy-policy.json"
    shown = found if len(found) > 1 else found[0]
    assert written == json.dumps(shown, indent=2) + "\n", hint


def test_what_a_property_takes_is_allowed_where_it_is_set() -> None:
    plain = actions(made("AWS::Logs::LogGroup"))
    keyed = actions(made("AWS::Logs::LogGroup", KmsKeyId="k"))
    assert keyed - plain == {"logs:AssociateKmsKey"}
    # An environment that has its key no longer takes it off.
    assert "logs:DisassociateKmsKey" in plain
    in_vpc = actions(made(FUNCTION.type, VpcConfig={"SubnetIds": ["subnet-0a"]}))
    assert "ec2:DescribeVpcs" in in_vpc - actions(made(FUNCTION.type))


def test_what_nobody_declared_is_no_silent_gap() -> None:
    with pytest.raises(PipelineError, match="'AWS::EC2::Instance'"):
        made("AWS::EC2::Instance")
    with pytest.raises(PipelineError, match="'Code.S3ObjectVersion' of 'AWS::Lambda"):
        made(FUNCTION.type, Code={"S3ObjectVersion": "1"})


# What AWS asks of all that there is, or not at all.
WHOLE = (
    ["logs:DescribeLogGroups"],
    ["cloudformation:ListStacks"],
    ["sagemaker:ListModelPackageGroups"],
)


def test_only_what_is_ours_or_has_no_resource_is_allowed() -> None:
    for kind in TYPES:
        for statement in made(kind):
            assert all("*" not in action for action in statement["Action"])
            if statement["Sid"] == "WhereThereIsNoResource":
                assert statement["Resource"] == ["*"]
            elif statement["Sid"] == "SeeNeighbours":
                assert statement["Resource"] == [
                    "arn:aws:cloudformation:us-east-1:*:stack/mlmax/*"
                ]
            elif statement["Action"] not in WHOLE:
                for resource in statement["Resource"]:
                    assert "mlmax-dev" in resource or "my-bucket" in resource


def test_roles_are_passed_only_to_the_services_that_take_them() -> None:
    (passed,) = [one for one in made("AWS::IAM::Role") if one["Sid"] == "PassRoles"]
    assert passed["Resource"] == ["arn:aws:iam::*:role/mlmax-dev-*"]
    services = passed["Condition"]["StringEquals"]["iam:PassedToService"]
    known = ["events", "lambda", "scheduler", "states"]
    assert services == [f"{name}.amazonaws.com" for name in known]
    assert all(one["Sid"] != "PassRoles" for one in made("AWS::SNS::Topic"))


def test_names_that_cloudformation_cuts_are_covered() -> None:
    scope = replace(SCOPE, stack="A-stack-whose-name-is-too-long")
    roles = [o["Resource"] for o in made("AWS::IAM::Role", scope) if "role/" in str(o)]
    role = "arn:aws:iam::*:role/A-stack-whose-name-is-too"
    assert all(f"{role}-*" in found for found in roles)
    buckets = [
        one for one in made("AWS::S3::Bucket", scope) if one["Sid"] == "S3Bucket"
    ]
    assert "arn:aws:s3:::a-stack-whose-name-is-too-*" in buckets[0]["Resource"]


def test_a_functions_log_group_is_covered_by_what_its_kind_says() -> None:
    (logs,) = [o for o in made("AWS::Logs::LogGroup") if o["Sid"] == "LogsLogGroup"]
    assert [arn.rpartition("log-group:")[2] for arn in logs["Resource"]] == [
        "/aws/lambda/mlmax-dev-*",
        "/aws/vendedlogs/states/mlmax-dev-*",
    ]


def test_it_takes_as_many_documents_as_a_managed_policy_has_room() -> None:
    resources = {f"R{i}": {"Type": kind} for i, kind in enumerate(TYPES)}
    template = json.dumps({"Resources": resources}).encode()
    scope = replace(SCOPE, stack="s" * 37, key="arn:aws:kms:us-east-1:1:key/k")
    found = policy.documents({"one.yaml": template}, scope, KINDS)
    assert len(found) > 1
    for document in found:
        compact = json.dumps(document, separators=(",", ":"))
        assert policy.size(document) == len(compact) <= MANAGED_POLICY
    sids = [one["Sid"] for document in found for one in document["Statement"]]
    assert len(sids) == len(set(sids))


def test_a_boundary_is_asked_for_where_a_role_gets_permissions() -> None:
    bounded = replace(SCOPE, boundary="arn:aws:iam::1:policy/b")
    found = {one["Sid"]: one for one in made("AWS::IAM::Role", bounded)}
    under = found["IAMRoleUnderBoundary"]
    expected = {"StringEquals": {"iam:PermissionsBoundary": bounded.boundary}}
    assert under["Condition"] == expected
    assert {"iam:CreateRole", "iam:PutRolePolicy"} <= set(under["Action"])
    assert not set(under["Action"]) & set(found["IAMRole"]["Action"])
    assert "iam:DeleteRolePermissionsBoundary" not in actions([*found.values()])


def test_roles_that_are_there_already_are_handed_on_and_looked_at() -> None:
    ours = "arn:aws:iam::123456789012:role/our-"
    lent = ((f"{ours}a", "states.amazonaws.com"), (f"{ours}b", "lambda.amazonaws.com"))
    found = made("AWS::Logs::LogGroup", replace(SCOPE, lent=lent))
    passes = {
        one["Condition"]["StringEquals"]["iam:PassedToService"]: one["Resource"]
        for one in found
        if one["Action"] == ["iam:PassRole"]
    }
    assert passes == {
        "states.amazonaws.com": [f"{ours}a"],
        "lambda.amazonaws.com": [f"{ours}b"],
    }
    (looks,) = (one for one in found if "iam:SimulatePrincipalPolicy" in one["Action"])
    assert looks["Resource"] == [f"{ours}a", f"{ours}b"]
    assert not actions(made("AWS::Logs::LogGroup")) & {"iam:PassRole", "iam:GetRole"}
