"""`pipeline deploy` and its kin against a real CloudFormation over HTTP."""

from __future__ import annotations

import json
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from tests.functional.aws.conftest import Deployer


def test_a_first_deployment_says_what_there_will_be_and_makes_it(
    deployer: Deployer,
) -> None:
    result = deployer.deploy()
    assert result.returncode == 0, result.stderr
    assert f"stack '{deployer.stack}' in us-east-1" in result.stdout
    assert f"+ state machine {deployer.stack}-small: Defaults" in result.stdout
    assert "CREATE_COMPLETE" in result.stderr and "Small/StateMachine" in result.stderr
    assert deployer.status() == "CREATE_COMPLETE"
    machines = deployer.emulator.client("stepfunctions", deployer.account)
    found = deployer.machines()
    assert [*found] == [f"{deployer.stack}-small"]
    (arn,) = found.values()
    told = machines.describe_state_machine(stateMachineArn=arn)
    definition = json.loads(told["definition"])
    assert f"s3://{deployer.bucket}/code/" in json.dumps(definition)
    assert "${" not in json.dumps(definition)


def test_what_the_state_machine_names_is_in_the_bucket(deployer: Deployer) -> None:
    assert deployer.deploy().returncode == 0
    keys = deployer.keys()
    assert any(key.startswith("code/") and key.endswith("/src/work.py") for key in keys)
    assert any(key.startswith("data/") and key.endswith("/in.txt") for key in keys)
    assert any(key.startswith("packages/") for key in keys)


def test_a_deployment_without_a_change_does_nothing(deployer: Deployer) -> None:
    assert deployer.deploy().returncode == 0
    keys = deployer.keys()
    result = deployer("--debug", "deploy", "-e", "dev", "--bucket", deployer.bucket)
    assert result.returncode == 0, result.stderr
    assert "nothing to do" in result.stderr
    assert "CreateChangeSet" not in result.stderr.splitlines()[-1]
    assert result.stderr.splitlines()[-1].startswith("28 AWS API calls: ")
    assert "PutObject" not in result.stderr.splitlines()[-1]
    assert deployer.keys() == keys


def test_the_bucket_is_said_once(deployer: Deployer) -> None:
    result = deployer("deploy", "-e", "dev", "--yes")
    assert result.returncode == 2
    assert "say which bucket" in result.stderr and "--bucket" in result.stderr
    assert deployer.deploy().returncode == 0
    assert deployer("deploy", "-e", "dev", "--yes").returncode == 0


def test_a_changed_spec_is_shown_state_by_state(deployer: Deployer) -> None:
    assert deployer.deploy().returncode == 0
    deployer.edit("pipelines/small.yaml", "default: hello, enum", "default: bye, enum")
    deployer.edit(
        "modules/work.yaml", "max_runtime_seconds: 600", "max_runtime_seconds: 900"
    )
    deployer.edit("src/work.py", "still at work", "at work still")
    with (deployer.root / "pipelines" / "small.yaml").open("a") as spec:
        spec.write("  Third:\n    type: wait\n    seconds: 1\n")
    result = deployer.deploy()
    assert result.returncode == 0, result.stderr
    out = result.stdout
    assert f"state machine {deployer.stack}-small" in out
    assert "+ state Third" in out
    assert "StoppingCondition.MaxRuntimeInSeconds: 600 -> 900" in out
    assert "~ SmallCodeOfSrc: code/" in out
    assert "permissions" not in out
    assert deployer.status() == "UPDATE_COMPLETE"


def test_what_an_environment_says_is_shown_and_deployed(deployer: Deployer) -> None:
    assert deployer.deploy().returncode == 0
    deployer.edit("envs/dev.yaml", "team: ml", "team: fraud")
    with (deployer.root / "envs" / "dev.yaml").open("a") as environment:
        environment.write("alert_email: ml@example.com\nlog_retention_days: 30\n")
        environment.write("steps: {small: {First: {instance_type: ml.t3.medium}}}\n")
    result = deployer.deploy()
    assert result.returncode == 0, result.stderr
    assert "~ team: ml -> fraud" in result.stdout
    assert "~ LogRetentionDays: 90 -> 30" in result.stdout
    assert "ClusterConfig.InstanceType: ml.m5.large -> ml.t3.medium" in result.stdout
    assert "+ Shared/AlertSubscription (AWS::SNS::Subscription)" in result.stdout
    topics = deployer.emulator.client("sns", deployer.account)
    (found,) = topics.list_subscriptions()["Subscriptions"]
    assert (found["Protocol"], found["Endpoint"]) == ("email", "ml@example.com")
    again = deployer.deploy()
    assert "nothing to do" in again.stderr


def test_an_answer_of_no_leaves_everything_as_it_is(deployer: Deployer) -> None:
    always = ("deploy", "-e", "dev", "--bucket", deployer.bucket)
    result = deployer(*always, answer="n\n")
    assert result.returncode == 0
    assert "deploy this? [y/N]" in result.stderr
    assert "nothing was deployed" in result.stderr
    assert deployer.status() == ""
    result = deployer(*always, answer="y\n")
    assert result.returncode == 0, result.stderr
    assert deployer.status() == "CREATE_COMPLETE"


def test_where_nobody_answers_yes_has_to_be_said(deployer: Deployer) -> None:
    result = deployer("deploy", "-e", "dev", "--bucket", deployer.bucket)
    assert result.returncode == 2
    assert "nobody answered 'deploy this?'" in result.stderr
    assert "'--yes'" in result.stderr
    assert deployer.status() == ""


def test_a_dry_run_prints_what_diff_prints_and_makes_nothing(
    deployer: Deployer,
) -> None:
    result = deployer.deploy("--dry-run")
    assert result.returncode == 0, result.stderr
    assert f"+ state machine {deployer.stack}-small" in result.stdout
    different = deployer("diff", "-e", "dev", "--bucket", deployer.bucket)
    assert different.returncode == 1, different.stderr
    assert result.stdout == different.stdout
    assert deployer.keys() == []
    assert deployer.status() == ""


def test_of_two_first_deployments_at_once_one_waits_for_the_other(
    deployer: Deployer,
) -> None:
    with ThreadPoolExecutor(2) as pool:
        both = [pool.submit(deployer.deploy) for _ in range(2)]
        ended = [one.result() for one in both]
    assert [one.returncode for one in ended] == [0, 0], ended
    # Whoever comes second waits, and finds that there is nothing left to do.
    assert sorted("nothing to do" in one.stderr for one in ended) == [False, True]
    assert deployer.status() in ("CREATE_COMPLETE", "UPDATE_COMPLETE")
    assert deployer("diff", "-e", "dev").returncode == 0


def test_a_preview_that_is_declined_leaves_somebody_elses(deployer: Deployer) -> None:
    client = deployer.emulator.client("cloudformation", deployer.account)
    body = "Resources: {Topic: {Type: AWS::SNS::Topic}}"
    client.create_change_set(
        StackName=deployer.stack,
        ChangeSetName="theirs",
        ChangeSetType="CREATE",
        TemplateBody=body,
    )
    always = ("deploy", "-e", "dev", "--bucket", deployer.bucket)
    assert deployer(*always, answer="n\n").returncode == 0
    assert deployer.status() == "REVIEW_IN_PROGRESS"
    (left,) = client.list_change_sets(StackName=deployer.stack)["Summaries"]
    assert left["ChangeSetName"] == "theirs"


READS = "data_buckets: [raw-data]\n"


def test_yes_does_not_widen_permissions_unasked(deployer: Deployer) -> None:
    assert deployer.deploy().returncode == 0
    environment = deployer.root / "envs" / "dev.yaml"
    environment.write_text(environment.read_text() + READS)
    result = deployer.deploy()
    assert result.returncode == 2
    assert "wider Small/JobRole may now s3:GetObject, s3:ListBucket" in result.stdout
    assert "arn:aws:s3:::raw-data/*" in result.stdout
    assert "not deployed: permissions get wider (Small/JobRole)" in result.stderr
    assert "--yes --allow iam" in result.stderr
    assert deployer.status() == "CREATE_COMPLETE"
    assert deployer.deploy("--allow", "iam").returncode == 0
    assert deployer.status() == "UPDATE_COMPLETE"


def test_narrower_permissions_need_no_leave(deployer: Deployer) -> None:
    environment = deployer.root / "envs" / "dev.yaml"
    before = environment.read_text()
    environment.write_text(before + READS)
    assert deployer.deploy().returncode == 0
    environment.write_text(before)
    result = deployer.deploy()
    assert result.returncode == 0, result.stderr
    assert "tighter Small/JobRole may no longer s3:GetObject" in result.stdout


def test_yes_does_not_replace_what_holds_data_unasked(deployer: Deployer) -> None:
    deployer.edit("pipelines/small.yaml", "name: small", "name: my-small")
    (deployer.root / "pipelines" / "small.yaml").rename(
        deployer.root / "pipelines" / "my-small.yaml"
    )
    assert deployer.deploy().returncode == 0
    deployer.edit("pipelines/my-small.yaml", "name: my-small", "name: my_small")
    (deployer.root / "pipelines" / "my-small.yaml").rename(
        deployer.root / "pipelines" / "my_small.yaml"
    )
    result = deployer.deploy("--allow", "iam")
    assert result.returncode == 2
    assert "MySmall/StateMachine (AWS::StepFunctions::StateMachine) is REPLACED" in (
        result.stdout
    )
    assert "--allow replace" in result.stderr
    assert deployer.status() == "CREATE_COMPLETE"


def take_name(deployer: Deployer, name: str) -> None:
    """Somebody else has a state machine of that name already."""
    role = f"arn:aws:iam::{deployer.account}:role/other"
    definition = {"StartAt": "A", "States": {"A": {"Type": "Succeed"}}}
    deployer.emulator.client("stepfunctions", deployer.account).create_state_machine(
        name=name, definition=json.dumps(definition), roleArn=role
    )


def test_a_creation_that_fails_is_taken_back_and_its_cause_told(
    deployer: Deployer,
) -> None:
    take_name(deployer, f"{deployer.stack}-small")
    result = deployer.deploy()
    assert result.returncode == 3
    assert f"error: stack '{deployer.stack}' was not created: Small" in result.stderr
    assert "already exists" in result.stderr.lower()
    assert "(ROLLBACK_COMPLETE)" in result.stderr
    assert "Traceback" not in result.stderr
    assert deployer.status() == "ROLLBACK_COMPLETE"


def test_what_was_never_created_is_deleted_and_made_anew(deployer: Deployer) -> None:
    take_name(deployer, f"{deployer.stack}-small")
    assert deployer.deploy().returncode == 3
    always = ("deploy", "-e", "dev", "--bucket", deployer.bucket)
    result = deployer(*always, answer="n\n")
    assert result.returncode == 3
    assert "was never created (ROLLBACK_COMPLETE): delete what is left" in result.stderr
    assert "it can only be deleted" in result.stderr
    machines = deployer.emulator.client("stepfunctions", deployer.account)
    taken = machines.list_state_machines()["stateMachines"][0]["stateMachineArn"]
    machines.delete_state_machine(stateMachineArn=taken)
    result = deployer(*always, answer="y\ny\n")
    assert result.returncode == 0, result.stderr
    assert deployer.status() == "CREATE_COMPLETE"


def test_an_update_that_fails_is_rolled_back(deployer: Deployer) -> None:
    assert deployer.deploy().returncode == 0
    spec = (deployer.root / "pipelines" / "small.yaml").read_text()
    other = spec.replace("name: small", "name: other")
    (deployer.root / "pipelines" / "other.yaml").write_text(other)
    take_name(deployer, f"{deployer.stack}-other")
    result = deployer.deploy("--allow", "iam")
    assert result.returncode == 3
    assert f"error: stack '{deployer.stack}' was not updated: Other" in result.stderr
    assert "what was deployed before is back" in result.stderr
    assert deployer.status() == "UPDATE_ROLLBACK_COMPLETE"
    (deployer.root / "pipelines" / "other.yaml").unlink()
    assert deployer("diff", "-e", "dev").returncode == 0


def test_diff_tells_with_its_exit_code(deployer: Deployer) -> None:
    result = deployer("diff", "-e", "dev", "--bucket", deployer.bucket)
    assert result.returncode == 1, result.stderr
    assert deployer.deploy().returncode == 0
    assert deployer("diff", "-e", "dev").returncode == 0
    deployer.edit("modules/work.yaml", "volume_gb: 30", "volume_gb: 50")
    result = deployer("diff", "-e", "dev")
    assert result.returncode == 1
    assert "VolumeSizeInGB: 30 -> 50" in result.stdout
    assert deployer.status() == "CREATE_COMPLETE"
    assert deployer("diff", "-e", "nowhere").returncode == 2


def test_outputs_are_for_people_and_for_scripts(deployer: Deployer) -> None:
    result = deployer("outputs", "-e", "dev")
    assert result.returncode == 3
    assert f"there is no stack '{deployer.stack}'" in result.stderr
    assert deployer.deploy().returncode == 0
    found = json.loads(deployer("outputs", "-e", "dev", "--format", "json").stdout)
    assert found["SmallStateMachineArn"].endswith(f":{deployer.stack}-small")
    assert found["ArtifactBucket"] in deployer("outputs", "-e", "dev").stdout


def test_destroy_wants_the_stacks_name_and_keeps_the_data(deployer: Deployer) -> None:
    assert deployer.deploy().returncode == 0
    s3 = deployer.emulator.client("s3", deployer.account)
    found = json.loads(deployer("outputs", "-e", "dev", "--format", "json").stdout)
    kept = found["ArtifactBucket"]
    s3.put_object(Bucket=kept, Key="small/one/x", Body=b"data")
    result = deployer("destroy", "-e", "dev", answer="dev\n")
    assert result.returncode == 0
    assert "nothing was deleted" in result.stderr
    assert deployer.status() == "CREATE_COMPLETE"
    result = deployer("destroy", "-e", "dev", answer=f"{deployer.stack}\n")
    assert result.returncode == 0, result.stderr
    assert f"keeps {kept} (AWS::S3::Bucket)" in result.stderr
    assert deployer.status() == ""
    assert s3.get_object(Bucket=kept, Key="small/one/x")["Body"].read() == b"data"
    assert "nothing to do" in deployer("destroy", "-e", "dev", "--yes").stderr


def test_destroy_deletes_data_when_told_to(deployer: Deployer) -> None:
    assert deployer.deploy().returncode == 0
    s3 = deployer.emulator.client("s3", deployer.account)
    found = json.loads(deployer("outputs", "-e", "dev", "--format", "json").stdout)
    for body in (b"old", b"new"):
        s3.put_object(Bucket=found["ArtifactBucket"], Key="small/x", Body=body)
    result = deployer("destroy", "-e", "dev", "--delete-data", "--yes")
    assert result.returncode == 0, result.stderr
    names = [one["Name"] for one in s3.list_buckets()["Buckets"]]
    assert names == [deployer.bucket]


def test_package_uploads_and_deploys_nothing(
    deployer: Deployer, tmp_path: Path
) -> None:
    result = deployer("package", "-e", "dev", "--bucket", deployer.bucket)
    assert result.returncode == 0, result.stderr
    assert "build/dev/master.json" in result.stdout
    root = json.loads((deployer.root / "build" / "dev" / "master.json").read_text())
    url = root["Resources"]["Small"]["Properties"]["TemplateURL"]
    assert url.rpartition(f"/{deployer.bucket}/")[2] in deployer.keys()
    assert deployer.status() == ""
    again = deployer("package", "-e", "dev", "--bucket", deployer.bucket)
    assert "nothing to upload" in again.stderr


@pytest.mark.parametrize("name", [".env", "server.pem", "id_rsa", "credentials"])
def test_a_file_that_looks_like_a_secret_stays_here(
    deployer: Deployer, name: str
) -> None:
    (deployer.root / "src" / name).write_text("hush")
    result = deployer.deploy()
    assert result.returncode == 2
    assert f"'src/{name}' looks like a secret: nothing was shipped" in result.stderr
    assert deployer.keys() == []
    (deployer.root / ".gitignore").write_text(f"{name}\n")
    assert deployer.deploy().returncode == 0
    assert not any(name in key for key in deployer.keys())


SCHEDULES = """
schedule:
  - {name: nightly, expression: cron(0 2 * * ? *), timezone: Europe/Berlin}
  - {name: once, expression: "at(2199-12-24T18:00:00)", inputs: {text: bye}}
"""


def test_schedules_are_made_and_turned_on_by_name(deployer: Deployer) -> None:
    with (deployer.root / "pipelines" / "small.yaml").open("a") as spec:
        spec.write(SCHEDULES)
    with (deployer.root / "envs" / "dev.yaml").open("a") as environment:
        environment.write("schedule: {small: [once]}\n")
    result = deployer.deploy()
    assert result.returncode == 0, result.stderr
    client = deployer.emulator.client("scheduler", deployer.account)
    named = [one["Name"] for one in client.list_schedules()["Schedules"]]
    known = [client.get_schedule(Name=name) for name in named]
    found = {one["ScheduleExpression"]: one for one in known}
    nightly, once = found["cron(0 2 * * ? *)"], found["at(2199-12-24T18:00:00)"]
    assert (nightly["State"], once["State"]) == ("DISABLED", "ENABLED")
    assert json.loads(once["Target"]["Input"]) == {"text": "bye"}
    deployer.edit("pipelines/small.yaml", "at(2199-", "at(1999-")
    over = deployer.deploy("--dry-run")
    assert over.returncode == 2
    assert "the time of 'at(1999-12-24T18:00:00)' is over" in over.stderr


def test_two_hundred_pipelines_are_one_stack(deployer: Deployer) -> None:
    spec = next((deployer.root / "pipelines").glob("*.yaml"))
    for number in range(199):
        text = spec.read_text().replace("name: small", f"name: p{number}")
        (spec.parent / f"p{number}.yaml").write_text(text)
    own = "{First: {instance_type: ml.c5.xlarge}}"
    deployer.edit("envs/dev.yaml", "tags:", f"steps: {{p7: {own}}}\ntags:")
    done = deployer.deploy()
    assert done.returncode == 0, done.stderr
    assert len(deployer.machines()) == 200
    client = deployer.emulator.client("stepfunctions", deployer.account)
    for name, machine in (("p7", "ml.c5.xlarge"), ("p8", "ml.m5.large")):
        arn = deployer.machines()[f"{deployer.stack}-{name}"]
        told = client.describe_state_machine(stateMachineArn=arn)
        first = json.loads(told["definition"])["States"]["First"]["Parameters"]
        cluster = first["ProcessingResources"]["ClusterConfig"]
        assert cluster["InstanceType"] == machine
    # Each is found, though there are more than outputs of a stack.
    assert deployer("run", "p77", "-e", "dev", "--name", "x").returncode == 4
    assert "p77" in deployer("list", "-e", "dev").stdout
