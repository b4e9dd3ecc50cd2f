"""The door to AWS: who calls, how often, and what a failed call becomes."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path

import pytest
from botocore.exceptions import ParamValidationError

from mlmax_pipelines.aws.failures import Refused
from mlmax_pipelines.aws.session import Identity, Session
from mlmax_pipelines.base.errors import AwsError, PipelineError, UsageError
from mlmax_pipelines.environment import Environment
from tests.functional.aws.relay import Relay, broken, reset, throttled

ASK = "GetCallerIdentity"


def test_who_calls_is_asked_once(aws: Session, relay: Relay, account: str) -> None:
    arn = f"arn:aws:iam::{account}:root"
    assert aws.identity == aws.identity == Identity(account, "aws", arn)
    assert relay.seen == [ASK]


def test_calls_are_counted_by_operation(aws: Session) -> None:
    assert aws.summary == "0 AWS API calls"
    aws.call("s3", "list_buckets")
    aws.call("sts", "get_caller_identity")
    aws.call("s3", "list_buckets")
    assert aws.summary == "3 AWS API calls: s3:ListBuckets 2, sts:GetCallerIdentity 1"


def test_a_passing_fault_is_survived_and_counted(
    aws: Session, relay: Relay, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("AWS_MAX_ATTEMPTS", "2")
    relay.fail(ASK, broken, times=1)
    aws.call("sts", "get_caller_identity")
    assert relay.seen == [ASK, ASK]
    told = "1 AWS API calls, 1 of them sent again: sts:GetCallerIdentity 1"
    assert aws.summary == told


def test_a_lasting_fault_is_refused_after_as_many_attempts_as_aws_is_told(
    aws: Session, relay: Relay, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("AWS_MAX_ATTEMPTS", "2")
    relay.fail(ASK, throttled)
    with pytest.raises(Refused, match="went on after 1 retries") as caught:
        aws.call("sts", "get_caller_identity")
    assert caught.value.code == "Throttling"
    assert len(relay.seen) == 2


def test_a_call_that_is_wrong_in_itself_stays_a_bug(aws: Session, relay: Relay) -> None:
    with pytest.raises(ParamValidationError):
        aws.call("s3", "head_bucket")
    assert relay.seen == []


def test_requests_say_what_sends_them(aws: Session, relay: Relay) -> None:
    agents: list[str] = []
    relay.rules.append(lambda r: agents.append(r.headers["user-agent"]))
    aws.call("sts", "get_caller_identity")
    assert agents[0].endswith("mlmax-pipelines")


def test_pages_are_asked_for_when_they_are_wanted(
    aws: Session, relay: Relay, bucket: str
) -> None:
    for key in "abc":
        aws.call("s3", "put_object", Bucket=bucket, Key=key)
    relay.seen.clear()
    pages = aws.pages("s3", "list_objects_v2", Bucket=bucket, MaxKeys=1)
    assert relay.seen == []
    assert [item["Key"] for item in next(pages)["Contents"]] == ["a"]
    assert len(relay.seen) == 1
    relay.fail("GET .*", reset)
    with pytest.raises(Refused, match="lost the connection to s3"):
        next(pages)


def test_a_file_is_put_in_parts_and_its_bytes_told(
    aws: Session, relay: Relay, bucket: str, tmp_path: Path
) -> None:
    size = 9 * 1024 * 1024
    with open(tmp_path / "large", "wb") as sparse:
        sparse.truncate(size)
    told: list[int] = []
    aws.upload(tmp_path / "large", bucket, "large", told.append, {})
    found = aws.call("s3", "head_object", Bucket=bucket, Key="large")
    assert found["ContentLength"] == sum(told) == size
    assert relay.seen.count(f"PUT /{bucket}/large") == 2


def test_an_upload_that_fails_says_what_really_happened(
    aws: Session, relay: Relay, bucket: str, tmp_path: Path
) -> None:
    (tmp_path / "x").write_text("x")
    relay.fail("PUT .*/x", reset)
    with pytest.raises(Refused, match="lost the connection to s3"):
        aws.upload(tmp_path / "x", bucket, "x", lambda count: None, {})
    relay.heal()
    with pytest.raises(Refused, match="NoSuchBucket"):
        aws.upload(tmp_path / "x", f"{bucket}-not", "x", lambda count: None, {})


def test_threads_share_one_client_of_a_service(aws: Session) -> None:
    with ThreadPoolExecutor(4) as pool:
        clients = list(pool.map(aws.client, ["s3"] * 8))
    assert all(client is clients[0] for client in clients)


def test_renewed_it_reads_credentials_anew(
    aws: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = aws.call("sts", "get_caller_identity")["Account"]
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "599999999999")
    assert aws.call("sts", "get_caller_identity")["Account"] == before
    aws.renew()
    assert aws.call("sts", "get_caller_identity")["Account"] == "599999999999"


def test_the_region_is_the_environment_s_or_else_boto3_s(
    relay: Relay, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert Session("eu-west-1").region == "eu-west-1"
    assert Session().region == "us-east-1"
    monkeypatch.delenv("AWS_DEFAULT_REGION")
    monkeypatch.setenv("AWS_REGION", "eu-north-1")
    assert Session().region == "eu-north-1"
    monkeypatch.delenv("AWS_REGION")
    with pytest.raises(Refused, match="no AWS region is set"):
        Session().call("sts", "get_caller_identity")


def test_a_partition_is_known_offline(relay: Relay) -> None:
    assert Session("us-east-1").partition == ("aws", "amazonaws.com")
    assert Session("cn-north-1").partition == ("aws-cn", "amazonaws.com.cn")
    with pytest.raises(Refused, match="'us_east_1' is no AWS region"):
        assert Session("us_east_1").partition
    assert relay.seen == []


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("AWS_MAX_ATTEMPTS", "many"),
        ("AWS_MAX_ATTEMPTS", "0"),
        ("AWS_RETRY_MODE", "often"),
    ],
)
def test_settings_of_aws_that_cannot_be_used_are_said(
    aws: Session, monkeypatch: pytest.MonkeyPatch, name: str, value: str
) -> None:
    monkeypatch.setenv(name, value)
    with pytest.raises(PipelineError, match=value):
        aws.call("sts", "get_caller_identity")


def test_a_profile_that_is_not_there_is_said(
    aws: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("AWS_PROFILE", "nobodys")
    with pytest.raises(Refused, match="nobodys"):
        aws.call("sts", "get_caller_identity")


def place(**more: object) -> Environment:
    return replace(Environment("prod", "stepfunctions", "us-east-1"), **more)


def test_in_another_account_nothing_is_read(
    aws: Session, relay: Relay, account: str
) -> None:
    for _ in range(2):
        with pytest.raises(AwsError) as refused:
            Session("us-east-1", place(account="210987654321")).call(
                "s3", "list_buckets"
            )
        text = f"'prod' is in account 210987654321, and this is {account} (arn:aws:iam"
        assert text in refused.value.problem.message
        assert "envs/prod.yaml" in refused.value.problem.hint
    assert relay.seen == [ASK, ASK]
    Session("us-east-1", place(account=account)).call("s3", "list_buckets")


def test_in_another_region_nothing_is_asked(aws: Session, relay: Relay) -> None:
    elsewhere = place(allowed_regions=["eu-west-1", "eu-central-1"])
    with pytest.raises(UsageError, match="may not be in region 'us-east-1'") as refused:
        Session("us-east-1", elsewhere).call("s3", "list_buckets")
    assert "are: eu-west-1, eu-central-1" in refused.value.problem.hint
    assert relay.seen == []
    allowed = place(allowed_regions=["us-east-1"])
    Session("us-east-1", allowed).call("s3", "list_buckets")


def test_a_role_is_assumed_before_anything_is_asked(
    aws: Session, relay: Relay, account: str
) -> None:
    role = f"arn:aws:iam::{account}:role/deployer"
    session = Session("us-east-1", place(role_arn=role))
    session.call("s3", "list_buckets")
    assert relay.seen[0] == "AssumeRole"
    session.call("s3", "list_buckets")
    assert relay.seen.count("AssumeRole") == 1


def test_a_role_takes_somebody_who_assumes_it(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_PROFILE"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("AWS_EC2_METADATA_DISABLED", "true")
    monkeypatch.setenv("AWS_SHARED_CREDENTIALS_FILE", "/none")
    monkeypatch.setenv("AWS_CONFIG_FILE", "/none")
    role = "arn:aws:iam::123456789012:role/deployer"
    with pytest.raises(Refused, match="credentials"):
        Session("us-east-1", place(role_arn=role)).call("s3", "list_buckets")


def test_a_profile_that_is_not_there_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_CONFIG_FILE", "/none")
    with pytest.raises(Refused, match="team-x"):
        Session("us-east-1", place(profile="team-x")).call("s3", "list_buckets")
