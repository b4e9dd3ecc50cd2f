"""Records of deployments, in a bucket."""

from __future__ import annotations

from typing import Any

import pytest

from mlmax_pipelines.aws import deployments
from mlmax_pipelines.aws.changes import MACHINE
from mlmax_pipelines.aws.session import Session

DEFINITION = {"StartAt": "A", "States": {"A": {"Type": "Succeed"}}}
STARTED = 1_800_000_000.0


def record(time: float = STARTED) -> dict[str, Any]:
    seen = {
        f"{MACHINE} arn:m": {"of": [], "set": {"definition": DEFINITION, "role": "r"}}
    }
    return {"time": time, "by": "me", "root": "k", "parameters": {}, "seen": seen}


@pytest.fixture
def bucket(aws: Session, account: str) -> str:
    aws.call("s3", "create_bucket", Bucket=f"records-{account}")
    return f"records-{account}"


def test_records_are_found_in_their_order(aws: Session, bucket: str) -> None:
    assert deployments.latest(aws, bucket, "ml") is None
    later = deployments.write(aws, bucket, "ml", record(STARTED + 60))
    first = deployments.write(aws, bucket, "ml", record())
    deployments.write(aws, bucket, "ml-other", record(STARTED + 900))
    assert deployments.ids(aws, bucket, "ml") == [first, later]
    newest = deployments.latest(aws, bucket, "ml")
    assert newest is not None and newest["id"] == later
    assert deployments.read(aws, bucket, "ml", "none") is None


@pytest.mark.parametrize("content", [b"", b"[]", b'{"time": 1}'])
def test_what_is_no_record_is_none(aws: Session, bucket: str, content: bytes) -> None:
    key = "deployments/ml/20260101-000000-0a1b.json"
    aws.call("s3", "put_object", Bucket=bucket, Key=key, Body=content)
    assert deployments.latest(aws, bucket, "ml") is None


def test_a_definition_leads_to_the_deployment_that_made_it(
    aws: Session, bucket: str
) -> None:
    other = {**DEFINITION, "Comment": "opened by hand"}

    def made(definition: Any, started: float = STARTED + 1) -> bool | None:
        return deployments.made(aws, bucket, "ml", definition, started)

    assert made(DEFINITION) is None
    deployments.write(aws, bucket, "ml", record())
    assert made(DEFINITION) is True and made(other) is False
    # Before there were records, nothing tells.
    assert made(other, STARTED - 60) is None


def test_where_nobody_may_look_nothing_is_known(aws: Session) -> None:
    assert deployments.latest(aws, "no-such-bucket", "ml") is None
    assert deployments.made(aws, "no-such-bucket", "ml", DEFINITION, STARTED) is None
