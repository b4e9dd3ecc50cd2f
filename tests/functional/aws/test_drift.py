"""What somebody changed by hand in a deployed environment is found, and undone."""

from __future__ import annotations

import json
from typing import Any

from tests.functional.aws.conftest import Deployer


def machine(dev: Deployer) -> tuple[Any, str]:
    """A client, and the ARN of the small pipeline's machine."""
    client = dev.emulator.client("stepfunctions", dev.account)
    (arn,) = dev.machines().values()
    return client, arn


def definition(client: Any, arn: str) -> Any:
    return json.loads(client.describe_state_machine(stateMachineArn=arn)["definition"])


def test_a_machine_edited_by_hand_is_shown_and_put_back(deployer: Deployer) -> None:
    assert deployer.deploy().returncode == 0
    client, arn = machine(deployer)
    was = definition(client, arn)
    assert deployer("diff", "-e", "dev").returncode == 0
    name = next(name for name, one in was["States"].items() if one["Type"] == "Pass")
    opened = json.loads(json.dumps(was))
    opened["States"][name]["Comment"] = "let everybody through"
    client.update_state_machine(stateMachineArn=arn, definition=json.dumps(opened))

    # It fails: the emulator runs no jobs. What ran is known all the same.
    assert deployer("run", "small", "-e", "dev", "--name", "past-it").returncode == 4
    verified = deployer("verify", "past-it", "-e", "dev")
    assert verified.returncode == 4
    assert "definition that ran" in verified.stdout

    shown = deployer("diff", "-e", "dev")
    assert shown.returncode == 1
    assert "changed by hand; a deployment puts it back" in shown.stdout
    assert "let everybody through" in shown.stdout
    done = deployer.deploy()
    assert done.returncode == 0, done.stderr
    assert f"put back AWS::StepFunctions::StateMachine {arn}" in done.stdout
    assert definition(client, arn) == was
    assert deployer("run", "small", "-e", "dev", "--name", "ours").returncode == 4
    whole = deployer("verify", "ours", "-e", "dev")
    assert whole.returncode == 0, whole.stdout
    assert deployer("diff", "-e", "dev").returncode == 0
    assert "is up to date" in deployer.deploy().stderr


def test_a_role_that_was_widened_by_hand_is_put_back(deployer: Deployer) -> None:
    assert deployer.deploy().returncode == 0
    iam = deployer.emulator.client("iam", deployer.account)
    role = next(
        one["RoleName"]
        for one in iam.list_roles()["Roles"]
        if "ExecutionRole" in one["RoleName"]
    )
    wide = {"Statement": [{"Effect": "Allow", "Action": "*", "Resource": "*"}]}
    iam.put_role_policy(
        RoleName=role, PolicyName="mine", PolicyDocument=json.dumps(wide)
    )
    shown = deployer("diff", "-e", "dev")
    assert shown.returncode == 1 and role in shown.stdout
    assert deployer.deploy().returncode == 0
    assert "mine" not in iam.list_role_policies(RoleName=role)["PolicyNames"]
    assert deployer("diff", "-e", "dev").returncode == 0


def test_every_deployment_is_recorded(deployer: Deployer) -> None:
    assert deployer.deploy().returncode == 0
    assert deployer.deploy().returncode == 0
    records = [
        key
        for key in deployer.keys()
        if key.startswith(f"deployments/{deployer.stack}/") and key.count("/") == 2
    ]
    assert len(records) == 1
    s3 = deployer.emulator.client("s3", deployer.account)
    answer = s3.get_object(Bucket=deployer.bucket, Key=records[0])
    record = json.loads(answer["Body"].read())
    assert record["stack"] == deployer.stack and deployer.account in record["by"]
    assert record["root"].startswith("templates/") and record["specs"]
    assert any("StateMachine" in key for key in record["seen"])


def test_who_may_take_a_role_and_what_is_attached_is_put_back(
    deployer: Deployer,
) -> None:
    assert deployer.deploy().returncode == 0
    iam = deployer.emulator.client("iam", deployer.account)
    (role,) = (one for one in iam.list_roles()["Roles"] if "JobRole" in one["RoleName"])
    name, was = role["RoleName"], role["AssumeRolePolicyDocument"]
    anybody = {"Effect": "Allow", "Principal": {"AWS": "*"}, "Action": "sts:AssumeRole"}
    wide = {"Version": "2012-10-17", "Statement": [anybody]}
    iam.update_assume_role_policy(RoleName=name, PolicyDocument=json.dumps(wide))
    admin = "arn:aws:iam::aws:policy/AdministratorAccess"
    iam.attach_role_policy(RoleName=name, PolicyArn=admin)
    shown = deployer("diff", "-e", "dev")
    assert shown.returncode == 1 and name in shown.stdout
    assert "AdministratorAccess" in shown.stdout and "trust" in shown.stdout
    done = deployer.deploy()
    assert done.returncode == 0, done.stderr
    assert iam.list_attached_role_policies(RoleName=name)["AttachedPolicies"] == []
    assert iam.get_role(RoleName=name)["Role"]["AssumeRolePolicyDocument"] == was
    assert deployer("diff", "-e", "dev").returncode == 0
