"""Roles that exist are looked at: who may assume them, what they allow."""

from __future__ import annotations

import json
from typing import Any

import pytest

from mlmax_pipelines.aws import simulation
from mlmax_pipelines.aws.failures import Refused
from mlmax_pipelines.aws.session import Session
from mlmax_pipelines.base.errors import AwsError
from tests.functional.aws.conftest import Emulator
from tests.functional.aws.relay import Relay, error

KEY = "arn:aws:kms:us-east-1:123456789012:key/a"
DENIED = error(403, "AccessDenied", "not authorized")


@pytest.fixture
def role(emulator: Emulator, account: str) -> str:
    """A role that Lambda may assume, in a path."""
    trust = {
        "Effect": "Allow",
        "Principal": {"Service": ["lambda.amazonaws.com"]},
        "Action": "sts:AssumeRole",
    }
    document = json.dumps({"Version": "2012-10-17", "Statement": trust})
    made = emulator.client("iam", account).create_role(
        RoleName="ours", AssumeRolePolicyDocument=document
    )
    return str(made["Role"]["Arn"])


def allow(emulator: Emulator, account: str, **statement: Any) -> None:
    policy = {"Version": "2012-10-17", "Statement": {"Effect": "Allow", **statement}}
    emulator.client("iam", account).put_role_policy(
        RoleName="ours", PolicyName="p", PolicyDocument=json.dumps(policy)
    )


def need(resource: Any, *actions: str, **more: Any) -> dict[str, Any]:
    return {"Sid": "S", "Action": [*actions], "Resource": resource, **more}


def test_who_may_assume_a_role_is_read_off_it(aws: Session, role: str) -> None:
    simulation.check_trust(aws, role, ["lambda.amazonaws.com"])
    with pytest.raises(AwsError, match="cannot be assumed by states.amazonaws.com"):
        simulation.check_trust(aws, role, ["states.amazonaws.com"])
    with pytest.raises(AwsError, match="there is no role 'arn:aws:iam::1:role/gone'"):
        simulation.check_trust(aws, "arn:aws:iam::1:role/gone", [])


def test_a_role_that_may_not_be_read_is_not_judged(
    aws: Session, role: str, relay: Relay
) -> None:
    relay.fail("GetRole", DENIED)
    simulation.check_trust(aws, role, ["states.amazonaws.com"])


def test_what_a_role_lacks_is_told_by_resource(
    aws: Session, role: str, emulator: Emulator, account: str
) -> None:
    allow(
        emulator,
        account,
        Action="s3:Get*",
        Resource=["arn:aws:s3:::a/*", "arn:aws:ecr:us-east-1:*:repository/r"],
    )
    places = ["arn:aws:s3:::a/x/*/y-??/*", "arn:aws:s3:::b/*"]
    statement = need(places, "s3:GetObject", "s3:PutObject")
    found = list(simulation.lacks(aws, role, [statement]))
    assert found == [
        (statement, places[0], ["s3:PutObject"]),
        (statement, places[1], ["s3:GetObject", "s3:PutObject"]),
    ]
    anywhere = need("arn:aws:ecr:us-east-1:*:repository/r", "s3:GetObject")
    assert list(simulation.lacks(aws, role, [anywhere])) == []


def test_conditions_are_those_of_the_statement(
    aws: Session, role: str, emulator: Emulator, account: str
) -> None:
    through = {"StringLike": {"kms:ViaService": "s3.*.amazonaws.com"}}
    allow(emulator, account, Action="kms:Decrypt", Resource=KEY, Condition=through)
    needed = need(KEY, "kms:Decrypt", Condition=through)
    assert list(simulation.lacks(aws, role, [needed])) == []
    other = {"StringLike": {"kms:ViaService": "ec2.us-east-1.amazonaws.com"}}
    needed = need(KEY, "kms:Decrypt", Condition=other)
    assert len(list(simulation.lacks(aws, role, [needed]))) == 1


def test_nobody_who_may_not_ask_is_told(aws: Session, role: str, relay: Relay) -> None:
    relay.fail("SimulatePrincipalPolicy", DENIED)
    with pytest.raises(Refused):
        list(simulation.lacks(aws, role, [need("*", "s3:GetObject")]))
