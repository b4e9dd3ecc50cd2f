"""Executions that are recorded by their stack: whoever starts them, whoever looks."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from mlmax_pipelines.environment import load
from mlmax_pipelines.project import Project
from tests.functional.aws.conftest import Deployer
from tests.functional.aws.relay import Relay, error
from tests.functional.aws.test_pruning import make_group
from tests.patience import wait_for
from tests.repository import git

NAME = "by-schedule"
FORGOTTEN = error(400, "ExecutionDoesNotExist", "Execution Does Not Exist")


@pytest.fixture
def deployer(relayed: Deployer) -> Deployer:
    """The small project under git."""
    (relayed.root / ".gitignore").write_text(".mlmax/\nbuild/\n")
    git(relayed.root, "init", "-q")
    git(relayed.root, "add", ".")
    git(relayed.root, "commit", "-q", "-m", "first")
    return relayed


class Ran:
    """An execution that somebody started past `pipeline run`, and its bucket."""

    def __init__(self, deployer: Deployer, name: str = NAME) -> None:
        self.client = deployer.emulator.client("stepfunctions", deployer.account)
        self.s3 = deployer.emulator.client("s3", deployer.account)
        self.machine = deployer.machines()[f"{deployer.stack}-small"]
        self.bucket = deployer.artifact_bucket()
        self.base = f"_records/{deployer.stack}-small/{name}/"
        self.output = f"small/{name}/First/out/result.txt"
        # The emulator runs no job that could write it.
        self.put(b"of the step")
        self.client.start_execution(stateMachineArn=self.machine, name=name, input="{}")
        wait_for(lambda: {"record.json", "objects-1.json"} <= self.names())

    def put(self, content: bytes) -> None:
        self.s3.put_object(Bucket=self.bucket, Key=self.output, Body=content)

    def names(self) -> set[str]:
        given = {"Bucket": self.bucket, "Prefix": self.base}
        found = self.s3.list_objects_v2(**given).get("Contents", ())
        return {one["Key"][len(self.base) :] for one in found}

    def read(self, name: str) -> Any:
        answer = self.s3.get_object(Bucket=self.bucket, Key=self.base + name)
        return json.loads(answer["Body"].read())


def test_it_is_verified_a_year_and_a_hundred_commits_later(
    deployer: Deployer, relay: Relay, tmp_path: Path
) -> None:
    assert deployer.deploy().returncode == 0
    ran = Ran(deployer)
    wait_for(lambda: "starter.json" in ran.names())
    assert ran.read("starter.json")["starter"].startswith("arn:aws:iam::")
    # The object as it was then is named: which version, how large.
    (listed,) = ran.read("objects-1.json")
    assert listed["Key"] == ran.output and listed["Size"] == 11 and listed["VersionId"]
    # Of what the recorder itself does there is no record.
    assert not [one for one in ran.names() if "recorder" in one]

    root = deployer.root
    spec = next((root / "pipelines").glob("*.yaml"))
    for number in range(100):
        spec.write_text(spec.read_text() + f"# {number}\n")
        git(root, "commit", "-q", "-a", "-m", f"note {number}")
    clone = tmp_path / "clone"
    git(tmp_path, "clone", "-q", str(root), str(clone))
    for call in ("DescribeExecution", "GetExecutionHistory"):
        relay.fail(call, FORGOTTEN, times=1000)
    relay.fail("DescribeStateMachineForExecution", FORGOTTEN, times=1000)
    auditor = Deployer(clone, deployer.emulator, deployer.account, relay.url)
    whole = auditor("verify", NAME, "-e", "dev", "--verbose")
    assert whole.returncode == 0, whole.stdout + whole.stderr
    assert "result.txt" in whole.stdout and "stored code" in whole.stdout
    assert " at commit " in whole.stdout
    assert "moved on" in whole.stderr

    ran.put(b"another one")
    changed = auditor("verify", NAME, "-e", "dev")
    assert changed.returncode == 4 and "result.txt" in changed.stdout
    shown = auditor("status", NAME, "-e", "dev", "--format", "json")
    assert json.loads(shown.stdout)["status"] == "FAILED"
    report = auditor("report", NAME, "-e", "dev", "--format", "txt", "-o", "-")
    assert "starter" in report.stdout and deployer.account in report.stdout
    unknown = auditor("verify", "never-ran", "-e", "dev")
    assert unknown.returncode == 2 and "no execution 'never-ran'" in unknown.stderr


def test_what_was_edited_by_hand_stays_known_for_it(
    deployer: Deployer, relay: Relay
) -> None:
    assert deployer.deploy().returncode == 0
    client = deployer.emulator.client("stepfunctions", deployer.account)
    first = Ran(deployer, "before")
    told = client.describe_state_machine(stateMachineArn=first.machine)
    opened = json.loads(told["definition"])
    opened["Comment"] = "let everybody through"
    client.update_state_machine(
        stateMachineArn=first.machine, definition=json.dumps(opened)
    )
    Ran(deployer, "past-it")
    listed = deployer("list", "-e", "dev")
    (row,) = [line for line in listed.stdout.splitlines() if "past-it" in line]
    assert "no recorded deployment" in row
    (row,) = [line for line in listed.stdout.splitlines() if "before" in line]
    assert "no recorded deployment" not in row
    told = deployer("status", "past-it", "-e", "dev")
    assert "no recorded deployment made what it ran" in told.stdout
    page = deployer("report", "past-it", "-e", "dev", "--format", "txt", "-o", "-")
    assert "no recorded deployment made what it ran" in page.stdout


def test_who_runs_it_says_so(deployer: Deployer) -> None:
    assert deployer.deploy().returncode == 0
    assert deployer("run", "small", "-e", "dev", "--name", "ours").returncode == 4
    found = deployer("list", "-e", "dev", "--format", "json")
    (told,) = json.loads(found.stdout)
    assert told["evidence"]["claimed_by"].startswith("arn:aws:iam::")
    s3 = deployer.emulator.client("s3", deployer.account)
    place = {"Bucket": deployer.artifact_bucket(), "Key": "small/ours/evidence.json"}
    answer = s3.get_object(**place)
    people = json.loads(answer["Body"].read())["people"]
    assert people["claimed_by"] == told["evidence"]["claimed_by"]
    assert people["deployer"].startswith("arn:aws:iam::") and people["deployment"]


def test_who_approves_a_model_is_known_for_it(
    deployer: Deployer, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert deployer.deploy().returncode == 0
    registry = deployer.emulator.client("sagemaker", deployer.account)
    group = f"{deployer.stack}-models"
    make_group(deployer, group)
    made = registry.create_model_package(ModelPackageGroupName=group)
    arn = made["ModelPackageArn"]
    for name, value in deployer.emulator.variables(deployer.account).items():
        monkeypatch.setenv(name, value)
    backend = Project(deployer.root).backend(load(deployer.root, "dev"))
    ran = Ran(deployer)
    record = backend.describe(NAME)
    assert backend.origin(record, arn).approver == ""
    for status in ("Rejected", "Approved"):
        registry.update_model_package(ModelPackageArn=arn, ModelApprovalStatus=status)
    found = wait_for(lambda: backend.origin(record, arn).approver)
    assert found == f"arn:aws:iam::{deployer.account}:root"
    assert ran.names()
