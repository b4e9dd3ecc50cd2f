"""An environment with a VPC and a key of its own, alarms and a dashboard: deployed."""

from __future__ import annotations

import json

from tests.functional.aws.conftest import Deployer

KEY = "arn:aws:kms:us-east-1:{account}:key/0f1e2d3c"
OWN = """\
vpc: {{subnets: [subnet-0a1, subnet-0b2], security_groups: [sg-0c3]}}
kms_key: {key}
alert_email: me@example.org
dashboard: true
tracing: true
"""


def give(deployer: Deployer) -> str:
    """Write a VPC, a key and an e-mail address into the environment; the key's ARN."""
    key = KEY.format(account=deployer.account)
    file = deployer.root / "envs" / "dev.yaml"
    file.write_text(file.read_text() + OWN.format(key=key))
    return key


def test_jobs_of_the_environment_run_in_its_vpc_and_under_its_key(
    deployer: Deployer,
) -> None:
    key = give(deployer)
    result = deployer.deploy()
    assert result.returncode == 0, result.stderr
    machines = deployer.emulator.client("stepfunctions", deployer.account)
    (arn,) = deployer.machines().values()
    text = machines.describe_state_machine(stateMachineArn=arn)["definition"]
    request = json.loads(text)["States"]["First"]["Parameters"]
    assert request["NetworkConfig"]["VpcConfig"] == {
        "Subnets.$": "States.StringSplit('subnet-0a1,subnet-0b2', ',')",
        "SecurityGroupIds.$": "States.StringSplit('sg-0c3', ',')",
    }
    assert request["ProcessingOutputConfig"]["KmsKeyId"] == key
    cluster = request["ProcessingResources"]["ClusterConfig"]
    assert cluster["VolumeKmsKeyId"] == key
    # The same again is no change: what is deployed is compared in its own shape.
    assert deployer("diff", "-e", "dev").returncode == 0


def test_a_vpc_is_a_change_and_widens_what_jobs_may_do(deployer: Deployer) -> None:
    assert deployer.deploy().returncode == 0
    give(deployer)
    result = deployer.deploy("--dry-run")
    assert result.returncode == 0, result.stderr
    assert "NetworkConfig" in result.stdout
    assert "ec2:CreateNetworkInterface" in result.stdout
    assert "kms:CreateGrant" in result.stdout


def test_alarms_tell_the_topic_and_the_dashboard_shows_the_machine(
    deployer: Deployer,
) -> None:
    give(deployer)
    assert deployer.deploy().returncode == 0
    cloudwatch = deployer.emulator.client("cloudwatch", deployer.account)
    topics = deployer.emulator.client("sns", deployer.account)
    (topic,) = topics.list_topics()["Topics"]
    alarms = cloudwatch.describe_alarms()["MetricAlarms"]
    assert {one["AlarmName"] for one in alarms} == {
        f"{deployer.stack}-small-failed",
        f"{deployer.stack}-small-timed-out",
        f"{deployer.stack}-dead-letters",
    }
    assert all(one["AlarmActions"] == [topic["TopicArn"]] for one in alarms)
    (subscribed,) = topics.list_subscriptions()["Subscriptions"]
    assert subscribed["Endpoint"] == "me@example.org"
    name = f"{deployer.stack}-us-east-1"
    body = cloudwatch.get_dashboard(DashboardName=name)["DashboardBody"]
    assert f"stateMachine:{deployer.stack}-small" in json.dumps(json.loads(body))


def test_an_ill_typed_vpc_is_refused_with_its_place(deployer: Deployer) -> None:
    file = deployer.root / "envs" / "dev.yaml"
    file.write_text(file.read_text() + "vpc: {subnets: [subnet-0a1]}\n")
    result = deployer.deploy()
    assert result.returncode == 2
    assert "envs/dev.yaml:4" in result.stderr
    assert "'subnets' and 'security_groups'" in result.stderr
    assert deployer.keys() == []


def test_an_environment_says_how_long_and_how_large_a_step_is(
    deployer: Deployer,
) -> None:
    own = "{First: {volume_gb: 77, max_runtime_seconds: 1234}}"
    deployer.edit("envs/dev.yaml", "tags:", f"steps: {{small: {own}}}\ntags:")
    result = deployer.deploy()
    assert result.returncode == 0, result.stderr
    (arn,) = deployer.machines().values()
    client = deployer.emulator.client("stepfunctions", deployer.account)
    text = client.describe_state_machine(stateMachineArn=arn)["definition"]
    request = json.loads(text)["States"]["First"]["Parameters"]
    cluster = request["ProcessingResources"]["ClusterConfig"]
    assert cluster["VolumeSizeInGB"] == 77
    assert request["StoppingCondition"] == {"MaxRuntimeInSeconds": 1234}
    assert deployer("diff", "-e", "dev").returncode == 0
    told = deployer("explain", "small", "-e", "dev")
    assert told.returncode == 0, told.stderr
    deployer.edit("envs/dev.yaml", "volume_gb: 77", "spot: true")
    refused = deployer("validate")
    assert refused.returncode == 2
    assert "step 'First' has no setting 'spot'" in refused.stderr
    deployer.edit("envs/dev.yaml", "spot: true", "volume_gb: large")
    refused = deployer("validate")
    assert "'volume_gb' must be a whole number, 1 or more" in refused.stderr


def test_a_pipeline_may_run_in_a_network_of_its_own(deployer: Deployer) -> None:
    folder = deployer.root / "pipelines"
    text = (folder / "small.yaml").read_text()
    (folder / "other.yaml").write_text(text.replace("name: small", "name: other"))
    own = "pipelines: {other: {subnets: [subnet-0f9], security_groups: [sg-0f8]}}"
    file = deployer.root / "envs" / "dev.yaml"
    vpc = f"vpc: {{subnets: [subnet-0a1], security_groups: [sg-0c3], {own}}}\n"
    file.write_text(file.read_text() + vpc)
    result = deployer.deploy()
    assert result.returncode == 0, result.stderr
    client = deployer.emulator.client("stepfunctions", deployer.account)
    found = {}
    for name, arn in deployer.machines().items():
        text = client.describe_state_machine(stateMachineArn=arn)["definition"]
        if not name.endswith("_recorder"):
            request = json.loads(text)["States"]["First"]["Parameters"]
            network = request["NetworkConfig"]["VpcConfig"]["Subnets.$"]
            found[name.removeprefix(f"{deployer.stack}-")] = network
    assert found == {
        "small": "States.StringSplit('subnet-0a1', ',')",
        "other": "States.StringSplit('subnet-0f9', ',')",
    }
    file.write_text(file.read_text().replace("{other:", "{othre:"))
    refused = deployer("validate")
    assert refused.returncode == 2 and "no pipeline 'othre'" in refused.stderr
