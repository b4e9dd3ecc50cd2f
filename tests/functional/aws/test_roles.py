"""Roles that an environment brings, and pipelines that it leaves out."""

from __future__ import annotations

import json
import re
from typing import Any

import pytest

from tests.functional.aws.conftest import Deployer, Emulator
from tests.functional.aws.relay import Relay, error

KINDS = {"execution": "states", "job": "sagemaker"}
EVERYTHING = {"Effect": "Allow", "Action": "*", "Resource": "*"}


def lend(deployer: Deployer, **services: str) -> dict[str, str]:
    """A role of each kind that may do nothing; the environment brings them."""
    iam = deployer.emulator.client("iam", deployer.account)
    arns = {}
    for kind, service in (services or KINDS).items():
        trust = {
            "Effect": "Allow",
            "Principal": {"Service": f"{service}.amazonaws.com"},
            "Action": "sts:AssumeRole",
        }
        document = {"Version": "2012-10-17", "Statement": [trust]}
        made = iam.create_role(
            RoleName=f"our-{kind}", AssumeRolePolicyDocument=json.dumps(document)
        )
        arns[kind] = made["Role"]["Arn"]
    with (deployer.root / "envs/dev.yaml").open("a") as file:
        file.write(f"roles: {json.dumps(arns)}\n")
    return arns


def allow(deployer: Deployer, kind: str, *statements: Any) -> None:
    deployer.emulator.client("iam", deployer.account).put_role_policy(
        RoleName=f"our-{kind}",
        PolicyName="all",
        PolicyDocument=json.dumps(
            {"Version": "2012-10-17", "Statement": list(statements)}
        ),
    )


def resources(deployer: Deployer) -> dict[str, str]:
    """Type -> physical name of what the pipeline's stack has."""
    client = deployer.emulator.client("cloudformation", deployer.account)
    (nested,) = [
        one["PhysicalResourceId"]
        for one in client.list_stack_resources(StackName=deployer.stack)[
            "StackResourceSummaries"
        ]
        if one["LogicalResourceId"] == "Small"
    ]
    found = client.list_stack_resources(StackName=nested)["StackResourceSummaries"]
    return {one["ResourceType"]: one["PhysicalResourceId"] for one in found}


def test_what_roles_lack_is_listed_and_not_deployed_unseen(deployer: Deployer) -> None:
    roles = lend(deployer)
    allow(deployer, "execution", EVERYTHING)
    reads = {
        "Effect": "Allow",
        "Action": ["s3:GetObject", "s3:ListBucket"],
        "Resource": "*",
    }
    allow(deployer, "job", reads)
    result = deployer.deploy()
    assert result.returncode == 2
    who = f"role '{roles['execution']}' (execution role of pipeline 'small')"
    assert f"{who} allows what it has to\n" in result.stdout
    lacks = f"role '{roles['job']}' (job role of pipeline 'small') lacks:\n"
    listed = result.stdout.partition(lacks)[2]
    place = f"arn:aws:s3:::{deployer.stack}-shared-*/small/*/First/*"
    actions = "s3:PutObject, s3:AbortMultipartUpload"
    assert f"  {actions} on {place} (First: writes its outputs)\n" in listed
    assert "s3:GetObject" not in listed
    assert result.stdout.count("a simulation does not see policies of buckets") == 1
    assert f"roles lack permissions ({roles['job']})" in result.stderr
    assert "--allow roles" in result.stderr
    assert deployer.status() == ""


def test_roles_that_are_brought_are_not_made(deployer: Deployer) -> None:
    roles = lend(deployer)
    result = deployer.deploy("--allow", "roles")
    assert result.returncode == 0, result.stderr
    made = resources(deployer)
    assert "AWS::IAM::Role" not in made
    states = deployer.emulator.client("stepfunctions", deployer.account)
    machine = states.describe_state_machine(
        stateMachineArn=made["AWS::StepFunctions::StateMachine"]
    )
    assert machine["roleArn"] == roles["execution"]
    assert roles["job"] in machine["definition"]
    again = deployer.deploy()
    assert again.returncode == 0
    assert "nothing to do" in again.stderr
    who = f"role '{roles['job']}' (job role of pipeline 'small') lacks:\n"
    assert f"{who}  s3:GetObject on" in again.stderr


def test_roles_that_allow_what_is_printed_lack_nothing(
    deployer: Deployer, emulator: Emulator, relay: Relay
) -> None:
    lend(deployer)
    relay.fail("SimulatePrincipalPolicy", error(403, "AccessDenied", "not authorized"))
    relay.fail("GetRole", error(403, "AccessDenied", "not authorized"))
    direct, deployer.url = deployer.url, relay.url
    printed = deployer("diff", "-e", "dev", "--bucket", deployer.bucket).stdout
    documents = re.findall(
        r"our-(\w+)' .* cannot be looked at \(AccessDenied\); it needs:\n"
        r"(\{\n(?:.*\n)*?\}\n)",
        printed,
    )
    assert [kind for kind, _ in documents] == ["execution", "job"]
    for kind, text in documents:
        policy = json.loads(text)
        allow(deployer, kind, *policy["Statement"])
    deployer.url = direct
    result = deployer.deploy()
    assert result.returncode == 0, result.stdout + result.stderr
    assert "lacks" not in result.stdout
    assert result.stdout.count("allows what it has to") == 2


def test_a_role_that_is_not_there_or_that_nobody_can_assume(
    deployer: Deployer,
) -> None:
    roles = lend(deployer, execution="lambda")
    result = deployer.deploy()
    assert result.returncode == 3
    text = f"role '{roles['execution']}' cannot be assumed by states.amazonaws.com"
    assert text in result.stderr
    assert "its trust policy names lambda.amazonaws.com" in result.stderr
    other = roles["execution"].replace(deployer.account, "111122223333")
    deployer.edit("envs/dev.yaml", roles["execution"], other)
    result = deployer.deploy()
    assert result.returncode == 3
    assert f"role '{other}' is another account's, 111122223333" in result.stderr
    deployer.edit("envs/dev.yaml", other, f"{roles['execution']}-gone")
    result = deployer.deploy()
    assert result.returncode == 3
    assert "there is no role 'arn:aws:iam::" in result.stderr


@pytest.fixture
def two(deployer: Deployer) -> Deployer:
    """A second pipeline, `other`, and an environment that leaves out the first."""
    spec = (deployer.root / "pipelines/small.yaml").read_text()
    other = spec.replace("name: small", "name: other")
    (deployer.root / "pipelines/other.yaml").write_text(other)
    with (deployer.root / "envs/dev.yaml").open("a") as file:
        file.write("pipelines: [other]\n")
    return deployer


def test_an_environment_deploys_the_pipelines_it_lists(two: Deployer) -> None:
    result = two.deploy()
    assert result.returncode == 0, result.stderr
    assert [*two.machines()] == [f"{two.stack}-other"]
    assert "next: pipeline run other -e dev" in result.stderr
    refused = two("run", "small", "-e", "dev")
    assert refused.returncode == 2
    assert "environment 'dev' has no pipeline 'small'" in refused.stderr
    assert "'pipelines' in envs/dev.yaml lists: other" in refused.stderr


def test_settings_of_a_pipeline_that_is_left_out_are_refused(two: Deployer) -> None:
    with (two.root / "envs/dev.yaml").open("a") as file:
        file.write("parameters: {small: {text: bye}}\n")
    result = two.deploy()
    assert result.returncode == 2
    assert "no pipeline 'small' in this environment" in result.stderr
