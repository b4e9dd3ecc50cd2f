"""The policy that `pipeline policies` prints, held against an emulator with IAM.

The emulator looks at every call that the deployment itself makes; what CloudFormation
does in its name it does not look at. That half is held against the permissions that
CloudFormation's own schemas name (tests/unit/steps/conformance/test_deploying.py).
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.functional.aws.conftest import Deployer, Emulator, running, with_environment

ROOT = "100000009999"
# What allows some of the same: that of nested stacks.
ALSO = {"DeployStacks": ("CloudFormationStack",)}


@pytest.fixture(scope="module")
def guarded(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Emulator]:
    """An emulator that asks IAM about every call."""
    secret = {"AWS_ACCESS_KEY_ID": ROOT, "AWS_SECRET_ACCESS_KEY": "test"}
    folder = tmp_path_factory.mktemp("guarded")
    own = {"AUTH": "true", "MINISTACK_ACCOUNT_ID": ROOT}
    with running(folder, **secret, **own) as found:
        yield found


@pytest.fixture
def deployer(project: Path, guarded: Emulator) -> Deployer:
    """The small project, deployed by a user who has nothing but the policy."""
    found = Deployer(project, guarded, ROOT)
    guarded.client("s3", ROOT).create_bucket(Bucket=found.bucket)
    return with_environment(found)


def user(deployer: Deployer, statements: list[dict[str, Any]]) -> dict[str, str]:
    """Credentials of a new user with those statements, as environment variables."""
    iam = deployer.emulator.client("iam", ROOT)
    name = f"deployer-{len(iam.list_users()['Users'])}"
    policy = {"Version": "2012-10-17", "Statement": statements}
    iam.create_user(UserName=name)
    iam.put_user_policy(
        UserName=name, PolicyName="deploy", PolicyDocument=json.dumps(policy)
    )
    key = iam.create_access_key(UserName=name)["AccessKey"]
    return {
        "AWS_ACCESS_KEY_ID": key["AccessKeyId"],
        "AWS_SECRET_ACCESS_KEY": key["SecretAccessKey"],
    }


def test_the_policy_is_enough_and_every_part_of_it_counts(deployer: Deployer) -> None:
    printed = deployer("policies", "-e", "dev", "--bucket", deployer.bucket)
    assert printed.returncode == 0, printed.stderr
    documents = json.loads(printed.stdout)
    documents = documents if isinstance(documents, list) else [documents]
    every = [one for document in documents for one in document["Statement"]]
    for sid, action in (
        ("FindUploads", "s3:ListBucket"),
        ("Upload", "s3:PutObject"),
        ("DeployStacks", "cloudformation:DescribeStacks"),
    ):
        less = [one for one in every if one["Sid"] not in (sid, *ALSO.get(sid, ()))]
        denied = deployer.deploy(**user(deployer, less))
        assert denied.returncode == 3, sid
        assert action in denied.stderr
        assert "denied" in denied.stderr
    allowed = user(deployer, every)
    done = deployer.deploy(**allowed)
    assert done.returncode == 0, done.stderr
    assert deployer("diff", "-e", "dev", **allowed).returncode == 0
    assert deployer("outputs", "-e", "dev", **allowed).returncode == 0
    gone = deployer("destroy", "-e", "dev", "--yes", **allowed)
    assert gone.returncode == 0, gone.stderr
    again = deployer.deploy("--adopt", **allowed)
    assert again.returncode == 0, again.stderr
    # Data goes only with rights of its own; the next test begins anew.
    args = ("destroy", "-e", "dev", "--yes", "--delete-data")
    assert deployer(*args).returncode == 0


def test_who_looks_reads_all_and_writes_nothing_and_who_runs_runs(
    deployer: Deployer,
) -> None:
    def policy(who: str) -> dict[str, str]:
        given = (who, "-e", "dev", "--bucket", deployer.bucket)
        document = json.loads(deployer("policies", *given).stdout)
        return user(deployer, document["Statement"])

    assert deployer.deploy().returncode == 0
    # The emulator speaks plain HTTP, which the bucket's policy refuses.
    s3 = deployer.emulator.client("s3", ROOT)
    for one in s3.list_buckets()["Buckets"]:
        if one["Name"].startswith(deployer.stack):
            s3.delete_bucket_policy(Bucket=one["Name"])
    looks, runs = policy("look"), policy("run")
    denied = deployer("run", "small", "-e", "dev", "--name", "one", **looks)
    assert denied.returncode == 3 and "states:StartExecution" in denied.stderr
    # It fails: the emulator runs no jobs.
    started = deployer("run", "small", "-e", "dev", "--name", "one", **runs)
    assert started.returncode == 4, started.stderr
    assert "denied" not in started.stderr and "refused" not in started.stderr
    for words in (
        ("list", "-e", "dev"),
        ("status", "one", "-e", "dev"),
        ("report", "one", "-e", "dev"),
        ("verify", "one", "-e", "dev"),
        ("compare", "one", "one", "-e", "dev"),
    ):
        seen = deployer(*words, **looks)
        assert seen.returncode == 0, (words, seen.stderr)
        assert "denied" not in seen.stderr
    assert deployer("deploy", "-e", "dev", "--yes", **runs).returncode == 3
