"""A stack that is made anew over the data and the models of an earlier one."""

from __future__ import annotations

import json

import pytest

from tests.functional.aws.conftest import Deployer

REGISTERING = """
  Register:
    type: register_model
    inputs: {model_data: s3://elsewhere/model.tar.gz}
    group: small
    image: {framework: xgboost, version: 3.0-5}
"""


@pytest.fixture
def registering(deployer: Deployer) -> Deployer:
    """A small project that registers models."""
    with (deployer.root / "pipelines" / "small.yaml").open("a") as spec:
        spec.write(REGISTERING)
    assert deployer("create").returncode == 0
    return deployer


def test_a_rebuilt_environment_goes_on_with_what_it_left(registering: Deployer) -> None:
    dev = registering
    nothing = dev.deploy("--adopt")
    assert nothing.returncode == 2
    assert f"no earlier stack '{dev.stack}' left anything" in nothing.stderr
    assert dev.deploy().returncode == 0
    data = dev.artifact_bucket()
    s3 = dev.emulator.client("s3", dev.account)
    s3.put_object(Bucket=data, Key="small/x/First/y", Body=b"a model")

    gone = dev("destroy", "-e", "dev", "--yes")
    assert gone.returncode == 0, gone.stderr
    again = f"pipeline deploy -e dev --bucket {dev.bucket} --adopt"
    assert again in gone.stderr
    for _ in range(2):
        refused = dev.deploy()
        assert refused.returncode == 3
        assert f"left {data}, {dev.stack}-small" in refused.stderr
        assert again in refused.stderr

    done = dev.deploy("--adopt")
    assert done.returncode == 0, done.stderr
    assert dev.artifact_bucket() == data
    assert s3.get_object(Bucket=data, Key="small/x/First/y")["Body"].read()
    same = dev.deploy()
    assert "nothing to do" in same.stderr, same.stderr
    # Later deployments need not be told.
    dev.edit("envs/dev.yaml", "team: ml", "team: other")
    assert dev.deploy().returncode == 0
    assert dev.artifact_bucket() == data

    # A second time, and gone for good.
    assert dev("destroy", "-e", "dev", "--yes").returncode == 0
    assert dev.deploy("--adopt").returncode == 0
    assert dev.artifact_bucket() == data
    assert dev("destroy", "-e", "dev", "--yes").returncode == 0
    args = ("destroy", "-e", "dev", "--delete-data", "--bucket", dev.bucket)
    deleted = dev(*args, answer=f"{dev.stack}\n")
    assert deleted.returncode == 0, deleted.stderr
    assert f"this deletes what stack '{dev.stack}' left" in deleted.stderr
    assert [b["Name"] for b in s3.list_buckets()["Buckets"]] == [dev.bucket]
    assert dev.deploy().returncode == 0
    assert dev.artifact_bucket() != data


def test_what_another_project_left_is_not_taken(registering: Deployer) -> None:
    dev = registering
    (dev.root / "project.yaml").write_text("id: first-one\n")
    assert dev.deploy().returncode == 0
    assert dev("destroy", "-e", "dev", "--yes").returncode == 0
    (dev.root / "project.yaml").write_text("id: another\n")
    for how in ((), ("--adopt",)):
        refused = dev.deploy(*how)
        assert refused.returncode == 3
        assert "of project 'first-one', left" in refused.stderr
        assert "give this one a 'stack' of its own" in refused.stderr
    assert dev.deploy("--adopt", "--take-over").returncode == 0
    listed = dev("deployments", "-e", "dev", "--format", "json").stdout
    assert json.loads(listed)[0]["project"] == "another"
