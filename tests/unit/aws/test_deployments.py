"""Records of deployments, in a bucket."""

from __future__ import annotations

from typing import Any

import pytest

from mlmax_pipelines.aws import deployments
from mlmax_pipelines.aws.changes import MACHINE
from mlmax_pipelines.aws.deployments import Records
from mlmax_pipelines.aws.failures import Refused
from mlmax_pipelines.aws.session import Session

DEFINITION = {"StartAt": "A", "States": {"A": {"Type": "Succeed"}}}
STARTED = 1_800_000_000.0


def record(time: float = STARTED) -> dict[str, Any]:
    seen = {
        f"{MACHINE} arn:m": {
            "of": [],
            "set": {"definition": DEFINITION, "role": "r"},
            "revision": "rev-1",
        }
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

    def made(definition: Any, started: float = STARTED + 1) -> Any:
        return Records(aws, bucket, "ml").of(definition, started)

    assert made(DEFINITION) is None
    first = deployments.write(aws, bucket, "ml", record())
    assert made(DEFINITION)["id"] == first and made(other) == {}
    # Before there were records, nothing tells.
    assert made(other, STARTED - 60) is None
    later = deployments.write(aws, bucket, "ml", record(STARTED + 60))
    assert made(DEFINITION)["id"] == first
    assert made(DEFINITION, STARTED + 61)["id"] == later
    # One that began before its deployment was recorded.
    assert made(DEFINITION, STARTED - 60)["id"] == later
    edited = record(STARTED + 120)
    (one,) = edited["seen"].values()
    one["set"] = {"definition": other, "role": "r"}
    deployments.write(aws, bucket, "ml", edited)
    assert made(DEFINITION, STARTED + 121)["id"] == later
    aws.call("s3", "delete_object", Bucket=bucket, Key=f"deployments/ml/{later}.json")
    assert made(DEFINITION, STARTED + 121) == {}


@pytest.mark.parametrize("revision", ["rev-1", STARTED])
def test_a_revision_leads_to_its_definition(
    aws: Session, bucket: str, revision: str | float
) -> None:
    made = record()
    (one,) = made["seen"].values()
    one["revision"] = revision
    found = Records(aws, bucket, "ml").definition("arn", revision)
    assert found is None
    deployments.write(aws, bucket, "ml", made)
    assert Records(aws, bucket, "ml").definition("m", revision) == DEFINITION


def test_where_nobody_may_look_nothing_is_known(aws: Session) -> None:
    assert deployments.latest(aws, "no-such-bucket", "ml") is None
    with pytest.raises(Refused):
        Records(aws, "no-such-bucket", "ml").of(DEFINITION, STARTED)
