"""Deployments while AWS or the network fails: nothing lost, the message says what."""

from __future__ import annotations

import pytest

from tests.functional.aws.conftest import Deployer
from tests.functional.aws.relay import (
    Answer,
    Fault,
    Relay,
    Request,
    broken,
    error,
    expired,
    refused_preview,
    reset,
    slow_down,
    throttled,
)


@pytest.fixture
def deployer(relayed: Deployer) -> Deployer:
    return relayed


def test_passing_faults_are_survived(deployer: Deployer, relay: Relay) -> None:
    relay.fail("CreateChangeSet", throttled, times=1)
    relay.fail("DescribeStackEvents", throttled, times=2)
    relay.fail("PUT .*/src/work.py", slow_down, times=1)
    relay.fail("PUT .*/templates/.*", broken, times=1)
    relay.fail("PUT .*/in.txt", reset, times=1)
    result = deployer.deploy()
    assert result.returncode == 0, result.stderr
    assert deployer.status() == "CREATE_COMPLETE"
    assert relay.seen.count("CreateChangeSet") == 2
    assert relay.seen.count("DescribeStackEvents") > 2


def test_throttling_without_end_is_said(deployer: Deployer, relay: Relay) -> None:
    relay.fail("CreateChangeSet", throttled)
    result = deployer.deploy(AWS_MAX_ATTEMPTS="2")
    assert result.returncode == 3
    assert (
        "AWS throttled cloudformation:CreateChangeSet and went on after 1 retries"
        in (result.stderr)
    )
    assert "rerun: what was done is kept" in result.stderr
    relay.heal()

    def uploads() -> int:
        """What is put, but for the record of the deployment."""
        puts = (one for one in relay.seen if one.startswith("PUT"))
        return sum("/deployments/" not in one for one in puts)

    before = uploads()
    assert deployer.deploy().returncode == 0
    assert uploads() == before


def test_an_interrupted_upload_is_not_taken_as_done(
    deployer: Deployer, relay: Relay
) -> None:
    relay.fail("PUT .*/in.txt", reset)
    result = deployer.deploy(AWS_MAX_ATTEMPTS="1")
    assert result.returncode == 3
    assert "error: lost the connection to s3" in result.stderr
    assert "nothing is lost" in result.stderr
    assert not any(key.startswith("packages/") for key in deployer.keys())
    there = set(deployer.keys())
    relay.heal()
    relay.seen.clear()
    assert deployer.deploy().returncode == 0
    put = {
        one.partition(f"/{deployer.bucket}/")[2] for one in relay.seen if "PUT" in one
    }
    assert put == set(deployer.keys()) - there
    assert any(key.startswith("packages/") for key in put)


def test_credentials_that_expire_while_following_lose_nothing(
    deployer: Deployer, relay: Relay
) -> None:
    relay.fail("ExecuteChangeSet", _then_expire(relay), times=1)
    result = deployer.deploy(AWS_MAX_ATTEMPTS="2")
    assert result.returncode == 3
    assert f"lost sight of stack '{deployer.stack}'" in result.stderr
    assert "your AWS credentials have expired" in result.stderr
    relay.heal()
    assert deployer.deploy().returncode == 0
    assert deployer.status() == "CREATE_COMPLETE"


def _then_expire(relay: Relay) -> Fault:
    """A server error that the client retries; from then on, credentials are old."""

    def answer(request: Request) -> Answer:
        relay.fail("DescribeStackEvents", expired)
        return broken(request)

    return answer


def test_a_change_set_that_fails_leaves_nothing_behind(
    deployer: Deployer, relay: Relay
) -> None:
    relay.fail("DescribeChangeSet", refused_preview("Template error: no such thing"))
    result = deployer.deploy()
    assert result.returncode == 3
    assert "cannot prepare stack" in result.stderr
    assert "Template error: no such thing" in result.stderr
    assert "hint: nothing was changed" in result.stderr
    assert deployer.status() in ("", "DELETE_COMPLETE")


def test_without_a_preview_of_nested_stacks_it_goes_on_and_says_so(
    deployer: Deployer, relay: Relay
) -> None:
    assert deployer.deploy().returncode == 0
    deployer.edit("modules/work.yaml", "volume_gb: 30", "volume_gb: 50")
    reason = "Parameter ArtifactBucket must match pattern"
    relay.fail("DescribeChangeSet", refused_preview(reason), times=1)
    result = deployer.deploy()
    assert result.returncode == 0, result.stderr
    assert f"note: CloudFormation gave no preview of nested stacks: {reason}" in (
        result.stdout
    )
    assert deployer.status() == "UPDATE_COMPLETE"


def test_a_denied_call_names_what_is_missing(deployer: Deployer, relay: Relay) -> None:
    denied = error(403, "AccessDenied", "Access Denied")
    relay.fail("PUT .*", denied)
    result = deployer.deploy()
    assert result.returncode == 3
    assert "error: access denied: s3:PutObject" in result.stderr
    assert "docs/deploy-policy.json" in result.stderr
    relay.heal()
    told = "User: me is not authorized to perform: cloudformation:CreateChangeSet on x"
    relay.fail("CreateChangeSet", error(403, "AccessDenied", told))
    result = deployer.deploy()
    assert "access denied: cloudformation:CreateChangeSet" in result.stderr
    assert deployer.status() == ""


def test_a_bucket_of_another_account_is_refused(
    deployer: Deployer, relay: Relay
) -> None:
    # The emulator does not look at who owns a bucket: AWS's answer to it.
    relay.fail(f"HEAD /{deployer.bucket}", error(403, "AccessDenied", ""), times=1)
    result = deployer.deploy()
    assert result.returncode == 3
    assert (
        f"bucket '{deployer.bucket}' belongs to another account than" in result.stderr
    )
    assert deployer.keys() == []


def test_an_unknown_key_is_said(deployer: Deployer, relay: Relay) -> None:
    unknown = error(403, "InvalidClientTokenId", "The security token is invalid.")
    relay.fail("DescribeStacks", unknown)
    result = deployer.deploy()
    assert result.returncode == 3
    assert "AWS does not know these credentials" in result.stderr
