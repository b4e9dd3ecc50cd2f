"""Whether a bucket can take a deployment's files."""

from __future__ import annotations

import pytest
from botocore.stub import Stubber

from mlmax_pipelines.aws import bucket
from mlmax_pipelines.aws.session import Session
from mlmax_pipelines.base.errors import AwsError

OURS = {"Account": "123456789012", "Arn": "arn:aws:iam::1:user/me", "UserId": "u"}


@pytest.fixture
def session(monkeypatch: pytest.MonkeyPatch) -> Session:
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "none")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "none")
    found = Session("us-east-1")
    with Stubber(found.client("sts")) as stub:
        stub.add_response("get_caller_identity", OURS)
        assert found.identity.account == OURS["Account"]
    return found


def test_a_bucket_of_the_account_and_region_will_do(session: Session) -> None:
    asked = {"Bucket": "b", "ExpectedBucketOwner": OURS["Account"]}
    with Stubber(session.client("s3")) as stub:
        stub.add_response("head_bucket", {"BucketRegion": "us-east-1"}, asked)
        bucket.check(session, "b")


def test_a_bucket_of_another_region_will_not(session: Session) -> None:
    with Stubber(session.client("s3")) as stub:
        stub.add_response("head_bucket", {"BucketRegion": "eu-west-1"})
        with pytest.raises(AwsError, match="is in region 'eu-west-1'"):
            bucket.check(session, "b")


def test_a_bucket_that_is_not_there_is_told_with_how_to_make_it(
    session: Session,
) -> None:
    with Stubber(session.client("s3")) as stub:
        stub.add_client_error("head_bucket", "404")
        with pytest.raises(AwsError, match="there is no bucket 'b'") as caught:
            bucket.check(session, "b")
    assert "aws s3 mb s3://b --region us-east-1" in caught.value.problem.hint


def test_a_bucket_of_another_account_is_never_used(session: Session) -> None:
    with Stubber(session.client("s3")) as stub:
        stub.add_client_error("head_bucket", "403")
        stub.add_response("head_bucket", {})
        with pytest.raises(AwsError, match="belongs to another account than"):
            bucket.check(session, "b")


def test_a_bucket_that_nobody_may_look_at(session: Session) -> None:
    with Stubber(session.client("s3")) as stub:
        stub.add_client_error("head_bucket", "403")
        stub.add_client_error("head_bucket", "403")
        with pytest.raises(AwsError, match="access to bucket 'b' is denied"):
            bucket.check(session, "b")
