"""Whose a stack is: two projects in one account, and a stack of the first release."""

from __future__ import annotations

import json
import tarfile
from pathlib import Path
from shutil import copytree
from typing import Any

from mlmax_pipelines.aws import templates
from tests.functional.aws.conftest import ENVIRONMENT, Deployer, Emulator

RELEASE = Path(__file__).parent / "release_0_1.tar.xz"
# What holds data or a history, and keeps its name when a stack of 0.1 is updated.
LASTING = ("ArtifactBucket", "LogGroup", "StateMachine")


def owned(project: Path, id: str) -> None:
    (project / "project.yaml").write_text(f"id: {id}\nspec: 2\n")


def test_a_second_project_does_not_meet_the_first_ones_stack(
    deployer: Deployer, tmp_path: Path
) -> None:
    owned(deployer.root, "churn-a1b2c3")
    other = Deployer(tmp_path / "other", deployer.emulator, deployer.account)
    copytree(deployer.root, other.root)
    owned(other.root, "fraud-d4e5f6")
    first = deployer.deploy()
    assert first.returncode == 0, first.stderr
    name = next((deployer.root / "pipelines").glob("*.yaml")).stem
    before = deployer.status()
    for refused in (
        other.deploy(),
        other("run", name, "-e", "dev"),
        other("diff", "-e", "dev"),
        other("destroy", "-e", "dev", "--yes"),
    ):
        assert refused.returncode == 3
        text = "is of project 'churn-a1b2c3', and this one is 'fraud-d4e5f6'"
        assert text in refused.stderr
    assert deployer.status() == before
    clone = Deployer(tmp_path / "clone", deployer.emulator, deployer.account)
    copytree(deployer.root, clone.root)
    assert "is up to date" in clone.deploy().stderr
    taken = other.deploy("--take-over")
    assert taken.returncode == 0, taken.stderr
    assert "is of project 'fraud-d4e5f6'" in deployer.deploy().stderr


def test_in_another_account_nothing_is_there_for_it(deployer: Deployer) -> None:
    env = deployer.root / "envs" / "dev.yaml"
    env.write_text(f'{env.read_text()}account: "210987654321"\n')
    refused = deployer.deploy()
    assert refused.returncode == 3
    text = f"'dev' is in account 210987654321, and this is {deployer.account}"
    assert text in refused.stderr
    assert deployer.keys() == [] and deployer.status() == ""


def test_a_stack_of_the_first_release_is_updated_in_place(
    tmp_path: Path, emulator: Emulator, account: str, bucket: str
) -> None:
    dev = Deployer(tmp_path / "project", emulator, account)
    made = Deployer(tmp_path, emulator, account)("init", dev.root)
    assert made.returncode == 0, made.stderr
    (dev.root / "envs/dev.yaml").write_text(ENVIRONMENT.format(stack=dev.stack))
    assert dev("create").returncode == 0
    _deploy_release(dev)
    before = _lasting(dev)
    # Two machines, their logs, the bucket and the group of models.
    assert len(before) == 6
    s3 = emulator.client("s3", account)
    artifacts = before["Shared/ArtifactBucket"]
    s3.put_object(Bucket=artifacts, Key="training/t1/model.tar.gz", Body=b"model")

    unsure = dev.deploy("--allow", "iam", "--allow", "replace")
    assert unsure.returncode == 2
    assert f"nothing says whose stack '{dev.stack}' is" in unsure.stderr
    assert "--take-over" in unsure.stderr
    shown = dev("diff", "-e", "dev")
    assert shown.returncode == 1 and "REPLACED" not in shown.stdout
    done = dev.deploy("--take-over", "--allow", "iam")
    assert done.returncode == 0, done.stderr
    assert _lasting(dev) == before
    kept = s3.get_object(Bucket=artifacts, Key="training/t1/model.tar.gz")
    assert kept["Body"].read() == b"model"
    assert "is up to date" in dev.deploy().stderr


def _deploy_release(dev: Deployer) -> None:
    """The templates as 0.1 committed them, deployed as its own command did."""
    s3 = dev.emulator.client("s3", dev.account)
    with tarfile.open(RELEASE) as archive:
        found: dict[str, Any] = {}
        for member in archive.getmembers():
            file = archive.extractfile(member)
            assert file is not None
            found[member.name] = templates.parse(file.read())
    master = found.pop("master.yaml")
    for name, template in found.items():
        key = f"templates/{name}"
        s3.put_object(Bucket=dev.bucket, Key=key, Body=json.dumps(template))
    for resource in master["Resources"].values():
        name = resource["Properties"]["TemplateURL"].removeprefix("./")
        url = f"https://s3.us-east-1.amazonaws.com/{dev.bucket}/templates/{name}"
        resource["Properties"]["TemplateURL"] = url
    given = {
        "Environment": "dev",
        "CodeBucket": dev.bucket,
        "CodeVersion": "code/0a",
        **{name: f"s3://{dev.bucket}/d" for name in _data(master)},
    }
    stacks = dev.emulator.client("cloudformation", dev.account)
    stacks.create_stack(
        StackName=dev.stack,
        TemplateBody=json.dumps(master),
        Parameters=[
            {"ParameterKey": key, "ParameterValue": value}
            for key, value in given.items()
        ],
        Capabilities=["CAPABILITY_NAMED_IAM"],
    )
    waiter = stacks.get_waiter("stack_create_complete")
    waiter.wait(StackName=dev.stack, WaiterConfig={"Delay": 1})


def _data(master: Any) -> list[str]:
    declared = master["Parameters"].items()
    return [name for name, one in declared if "Default" not in one and "Data" in name]


def _lasting(dev: Deployer) -> dict[str, str]:
    """Physical names of what must not be replaced, by nested stack and logical id."""
    stacks = dev.emulator.client("cloudformation", dev.account)

    def resources(stack: str) -> list[Any]:
        answer = stacks.list_stack_resources(StackName=stack)
        return list(answer["StackResourceSummaries"])

    return {
        f"{nested['LogicalResourceId']}/{one['LogicalResourceId']}": one[
            "PhysicalResourceId"
        ]
        for nested in resources(dev.stack)
        for one in resources(nested["PhysicalResourceId"])
        if one["LogicalResourceId"] in LASTING
        or one["ResourceType"] == "AWS::SageMaker::ModelPackageGroup"
    }


def test_a_stack_that_begins_like_another_teams_is_refused(deployer: Deployer) -> None:
    assert deployer.deploy().returncode == 0
    for stack in (f"{deployer.stack}-eu", "ml"):
        deployer.edit(
            "envs/dev.yaml", f"stack: {deployer.stack}\n", f"stack: {stack}\n"
        )
        refused = deployer.deploy()
        assert refused.returncode == 3
        assert f"stack '{deployer.stack}' is there already" in refused.stderr
        assert "they begin alike" in refused.stderr
        deployer.edit(
            "envs/dev.yaml", f"stack: {stack}\n", f"stack: {deployer.stack}\n"
        )
    assert deployer.deploy().returncode == 0
