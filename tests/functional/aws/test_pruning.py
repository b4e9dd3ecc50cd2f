"""What is old and nothing refers to goes; all else stays, whatever time passes."""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from mlmax_pipelines.base.errors import AwsError, UsageError
from mlmax_pipelines.base.names import jobs_owner
from mlmax_pipelines.environment import load
from mlmax_pipelines.project import pruning
from mlmax_pipelines.project.deployment import Deployment
from tests.functional.aws.conftest import Deployer

YEAR = 365 * 86_400


@pytest.fixture
def later(
    deployer: Deployer, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Callable[[float], Deployment]]:
    """The environment, as whoever looks at it after so many seconds sees it."""
    for name, value in deployer.emulator.variables(deployer.account).items():
        monkeypatch.setenv(name, value)

    def later(seconds: float) -> Deployment:
        environment = load(deployer.root, "dev")
        made = Deployment(deployer.root, environment, tell=lambda line: None)
        made.clock = lambda: time.time() + seconds
        return made

    yield later


class Bucket:
    def __init__(self, deployer: Deployer, name: str) -> None:
        self.s3 = deployer.emulator.client("s3", deployer.account)
        self.name = name

    def put(self, key: str) -> str:
        self.s3.put_object(Bucket=self.name, Key=key, Body=b"x")
        return f"s3://{self.name}/{key}"

    def keys(self, prefix: str = "") -> set[str]:
        pages = self.s3.get_paginator("list_objects_v2")
        found = pages.paginate(Bucket=self.name, Prefix=prefix)
        return {one["Key"] for page in found for one in page.get("Contents", ())}


def make_group(deployer: Deployer, name: str) -> None:
    """The emulator has such groups of stacks alone."""
    properties = {"ModelPackageGroupName": name}
    group = {"Type": "AWS::SageMaker::ModelPackageGroup", "Properties": properties}
    client = deployer.emulator.client("cloudformation", deployer.account)
    client.create_stack(
        StackName="models-of-somebody",
        TemplateBody=json.dumps({"Resources": {"Group": group}}),
    )


def pruned(target: Deployment, days: int = 100) -> list[str]:
    found = pruning.old(target, days)
    for one in found:
        for place in one.places:
            place.delete(target.session)
    return [one.what for one in found]


def test_what_a_model_refers_to_outlives_all_else(
    deployer: Deployer, later: Callable[[float], Deployment]
) -> None:
    (deployer.root / "src").mkdir(exist_ok=True)
    assert deployer.deploy().returncode == 0
    bucket = Bucket(deployer, deployer.artifact_bucket())
    kept = bucket.put("small/good/Train/model/model.tar.gz")
    transformer = bucket.put("small/good/First/transformer/one.json")
    bucket.put("small/bad/Train/model/model.tar.gz")
    record = bucket.put("_records/machine/bad/record.json")
    registry = deployer.emulator.client("sagemaker", deployer.account)
    group = f"{deployer.stack}-models"
    make_group(deployer, group)
    registry.create_model_package(
        ModelPackageGroupName=group,
        InferenceSpecification={"Containers": [{"Image": "i", "ModelDataUrl": kept}]},
        CustomerMetadataProperties={"transformer": transformer},
    )
    assert pruned(later(YEAR), 400) == []
    assert "executions of small" in pruned(later(YEAR))
    assert bucket.keys("small/") == {
        "small/good/Train/model/model.tar.gz",
        "small/good/First/transformer/one.json",
    }
    # Not only marked as deleted: no version of it is left.
    listed = bucket.s3.list_object_versions(Bucket=bucket.name, Prefix="small/bad/")
    assert not listed.get("Versions") and not listed.get("DeleteMarkers")
    assert record.partition(f"{bucket.name}/")[2] in bucket.keys("_records/")
    with pytest.raises(UsageError, match="of a model refers to"):
        pruning.below(later(0), f"s3://{bucket.name}/small/good/")


def test_what_was_deployed_goes_once_it_was_long_replaced(
    deployer: Deployer, later: Callable[[float], Deployment]
) -> None:
    assert deployer.deploy().returncode == 0
    code = Bucket(deployer, deployer.bucket)
    first = code.keys()
    spec = next((deployer.root / "pipelines").glob("*.yaml"))
    spec.write_text(spec.read_text() + "timeout_seconds: 777\n")
    assert deployer.deploy().returncode == 0
    second = code.keys()
    assert second > first
    # It was in force within the time.
    assert pruned(later(0), 1) == [] and code.keys() == second
    # Of what only the first one needed nothing is left, and no record is gone.
    assert "templates" in pruned(later(YEAR))
    gone = second - code.keys()
    assert gone and gone < first
    assert not [key for key in gone if key.startswith("deployments/")]
    verified = deployer("diff", "-e", "dev")
    assert verified.returncode == 0, verified.stderr
    again = deployer.deploy()
    assert again.returncode == 0, again.stderr
    assert "is up to date" in again.stderr
    back = deployer("rollback", "-e", "dev", "--yes")
    assert back.returncode == 3 and "'pipeline prune' deleted" in back.stderr


def test_a_bucket_that_models_need_is_not_left(deployer: Deployer) -> None:
    assert deployer.deploy().returncode == 0
    registry = deployer.emulator.client("sagemaker", deployer.account)
    group = f"{deployer.stack}-models"
    make_group(deployer, group)
    code = f"s3://{deployer.bucket}/code/{'a' * 64}/src.tar.gz"
    container = {"Image": "i", "Environment": {"SAGEMAKER_SUBMIT_DIRECTORY": code}}
    registry.create_model_package(
        ModelPackageGroupName=group, InferenceSpecification={"Containers": [container]}
    )
    other = f"other-{deployer.account}"
    deployer.emulator.client("s3", deployer.account).create_bucket(Bucket=other)
    refused = deployer("deploy", "-e", "dev", "--bucket", other, "--yes")
    assert refused.returncode == 3, refused.stderr
    assert "1 versions of models are served by code in bucket" in refused.stderr


def test_data_of_a_person_goes_however_young(
    deployer: Deployer, later: Callable[[float], Deployment]
) -> None:
    assert deployer.deploy().returncode == 0
    bucket = Bucket(deployer, deployer.artifact_bucket())
    bucket.put("small/one/First/out/person-7/a.csv")
    bucket.put("small/one/First/out/person-77/a.csv")
    # What was deleted is there still, in another version.
    gone = "small/one/First/out/person-7/gone.csv"
    bucket.put(gone)
    bucket.s3.delete_object(Bucket=bucket.name, Key=gone)
    target = later(0)
    place = "small/one/First/out/person-7"
    found = pruning.below(target, f"s3://{bucket.name}/{place}")
    for place in found.places:
        place.delete(target.session)
    assert bucket.keys("small/") == {"small/one/First/out/person-77/a.csv"}
    listed = bucket.s3.list_object_versions(Bucket=bucket.name, Prefix=f"{place}/")
    assert not listed.get("Versions") and not listed.get("DeleteMarkers")
    for address in (
        f"s3://{bucket.name}/",
        f"s3://{bucket.name}/_records/",
        f"s3://{deployer.bucket}/code/",
        "s3://somebodys/data/",
    ):
        with pytest.raises(UsageError, match="is no data of environment 'dev'"):
            pruning.below(target, address)


def test_a_stack_nobody_recorded_keeps_all_of_its_bucket(
    deployer: Deployer, later: Callable[[float], Deployment]
) -> None:
    assert deployer.deploy().returncode == 0
    cloudformation = deployer.emulator.client("cloudformation", deployer.account)
    template: dict[str, Any] = {
        "Parameters": {"CodeBucket": {"Type": "String"}},
        "Resources": {"Topic": {"Type": "AWS::SNS::Topic"}},
    }
    cloudformation.create_stack(
        StackName="of-an-older-release",
        TemplateBody=json.dumps(template),
        Parameters=[{"ParameterKey": "CodeBucket", "ParameterValue": deployer.bucket}],
    )
    with pytest.raises(AwsError, match="no deployment is recorded"):
        pruning.old(later(YEAR), 100)


def test_what_the_stacks_jobs_printed_goes_as_its_own_logs_do(
    deployer: Deployer, later: Callable[[float], Deployment]
) -> None:
    assert deployer.deploy().returncode == 0
    logs = deployer.emulator.client("logs", deployer.account)
    group = {"logGroupName": "/aws/sagemaker/TrainingJobs"}
    logs.create_log_group(**group)
    for name in (
        f"{jobs_owner(deployer.stack)}-small-x/algo-1",
        "another-team-train/algo-1",
    ):
        logs.create_log_stream(**group, logStreamName=name)
        line = {"timestamp": int(time.time() * 1000), "message": "x"}
        logs.put_log_events(**group, logStreamName=name, logEvents=[line])
    assert pruned(later(80 * 86_400), 400) == []
    assert pruned(later(100 * 86_400), 400) == ["logs of jobs"]
    (left,) = logs.describe_log_streams(**group)["logStreams"]
    assert left["logStreamName"] == "another-team-train/algo-1"


def test_the_command_lists_and_asks(deployer: Deployer) -> None:
    assert deployer.deploy().returncode == 0
    nobody = deployer("prune", "-e", "dev")
    assert nobody.returncode == 2 and "how old is old" in nobody.stderr
    young = deployer("prune", "-e", "dev", "--older-than", "30", "--yes")
    assert young.returncode == 0 and "nothing to delete" in young.stderr
    bucket = Bucket(deployer, deployer.artifact_bucket())
    place = bucket.put("small/one/First/out/a.csv").removesuffix("a.csv")
    dry = deployer("prune", "-e", "dev", "--below", place, "--dry-run")
    assert place in dry.stdout and "nothing was deleted" in dry.stderr
    assert bucket.keys("small/")
    done = deployer("prune", "-e", "dev", "--below", place, "--yes")
    assert done.returncode == 0 and f"deleted {place}" in done.stderr
    assert not bucket.keys("small/")
