"""Who may do more after a deployment, who may do less."""

from __future__ import annotations

from typing import Any

import pytest

from mlmax_pipelines.aws import permissions
from mlmax_pipelines.aws.views import Name, View

READ = {"Effect": "Allow", "Action": ["s3:GetObject"], "Resource": ["arn:b/train/*"]}
ROLE = Name("Training", "JobRole")


def role(*statements: dict[str, Any], **more: Any) -> View:
    document = {"Statement": list(statements)}
    policy = {"PolicyName": "Allowed", "PolicyDocument": document}
    properties = {"Policies": [policy], **more}
    return View({ROLE: {"Type": "AWS::IAM::Role", "Properties": properties}}, {})


def changed(**fields: Any) -> dict[str, Any]:
    return {**READ, **fields}


def outcome(old: View, new: View) -> tuple[int, int]:
    found = permissions.compare(old, new)
    return len(found.widened), len(found.narrowed)


@pytest.mark.parametrize(
    ("statement", "expected"),
    [
        (READ, (0, 0)),
        (changed(Sid="Other"), (0, 0)),
        (changed(Action="s3:GetObject"), (0, 0)),
        (changed(Action=["s3:GetObject", "s3:PutObject"]), (1, 0)),
        (changed(Resource=["arn:b/*"]), (1, 0)),
        (changed(Resource=["*"]), (1, 0)),
        (changed(Action="s3:*"), (1, 0)),
        (changed(Resource=["arn:b/train/one/*"]), (0, 1)),
        (changed(Resource=["arn:b/test/*"]), (1, 1)),
        (changed(Condition={"Bool": {"x": "true"}}), (0, 1)),
        (changed(Effect="Deny"), (0, 2)),
        ({"Effect": "Allow", "NotAction": "iam:*", "Resource": "*"}, (1, 1)),
    ],
)
def test_a_statement_is_wider_when_nothing_covered_it(
    statement: dict[str, Any], expected: tuple[int, int]
) -> None:
    assert outcome(role(READ), role(statement)) == expected


def test_a_denial_that_goes_is_wider() -> None:
    deny = changed(Effect="Deny")
    assert outcome(role(READ, deny), role(READ)) == (1, 0)


def test_trust_is_a_permission_too() -> None:
    def trusting(service: str) -> View:
        trust = {"Effect": "Allow", "Principal": {"Service": service}}
        document = {"Statement": [{**trust, "Action": "sts:AssumeRole"}]}
        return role(READ, AssumeRolePolicyDocument=document)

    found = permissions.compare(trusting("states"), trusting("lambda"))
    assert [s.who for s in found.widened] == ["lambda"]
    assert [s.who for s in found.narrowed] == ["states"]


def test_a_boundary_that_goes_is_wider_and_one_that_comes_tighter() -> None:
    bounded = role(READ, PermissionsBoundary="arn:bounds")
    assert outcome(bounded, role(READ)) == (1, 0)
    assert outcome(role(READ), bounded) == (0, 1)
    assert outcome(bounded, role(READ, PermissionsBoundary="arn:other")) == (1, 1)


def test_a_managed_policy_is_a_grant() -> None:
    admin = role(
        READ, ManagedPolicyArns=["arn:aws:iam::aws:policy/AdministratorAccess"]
    )
    assert outcome(role(READ), admin) == (1, 0)


def test_a_new_role_is_wider_and_one_that_goes_tighter() -> None:
    assert outcome(View({}, {}), role(READ)) == (1, 0)
    assert outcome(role(READ), View({}, {})) == (0, 1)


def test_a_bucket_policy_is_read_as_well() -> None:
    deny = {"Effect": "Deny", "Principal": "*", "Action": "s3:*", "Resource": "arn:b"}
    resource = {
        "Type": "AWS::S3::BucketPolicy",
        "Properties": {"PolicyDocument": {"Statement": [deny]}},
    }
    old = View({Name("Shared", "Policy"): resource}, {})
    found = permissions.compare(old, View({}, {}))
    assert [(s.holder, s.who) for s in found.widened] == [("Shared/Policy", "*")]


def test_grants_are_read_as_statements() -> None:
    both = changed(Action=["s3:GetObject", "s3:PutObject"], Resource=["arn:a", "arn:c"])
    (statement,) = permissions.compare(View({}, {}), role(both)).widened
    assert statement.actions == ("s3:GetObject", "s3:PutObject")
    assert statement.resources == ("arn:a", "arn:c")
