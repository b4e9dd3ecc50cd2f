"""What is recorded of an execution, as far as it is there."""

from __future__ import annotations

import json
from datetime import datetime, timezone
from typing import Any

import pytest

from mlmax_pipelines.artifacts.s3 import Store
from mlmax_pipelines.backends.contract import Origin
from mlmax_pipelines.backends.stepfunctions.deployment import Deployment
from mlmax_pipelines.backends.stepfunctions.lookup import arn
from mlmax_pipelines.backends.stepfunctions.trail import Trail
from mlmax_pipelines.base import layout
from mlmax_pipelines.base.errors import AwsError


class Recorded:
    """An execution that Step Functions knows nothing of, and what lies of it."""

    def __init__(self, dev: Any) -> None:
        self.deployment = Deployment(dev.environment, dev.session)
        self.told: list[str] = []
        self.store = Store(dev.session, self.told.append)
        self.trail = Trail(dev.session, self.deployment, self.store)
        self.id = arn(self.deployment.machine("quick"), "old")

    def put(self, name: str, content: Any) -> None:
        key = layout.recorded(self.id, name)
        uri = layout.uri(self.deployment.artifact_bucket, key)
        self.store.write(uri, json.dumps(content).encode())


@pytest.fixture
def old(dev: Any) -> Recorded:
    return Recorded(dev)


RECORD = {
    "ExecutionArn": "arn:x",
    "Status": "SUCCEEDED",
    "StartDate": "2026-01-02T03:04:05.678Z",
    "Revision": {"At": "2026-01-01T00:00:00Z"},
}


def test_nothing_is_there_of_most(old: Recorded) -> None:
    assert old.trail.described(old.id) is None
    assert old.trail.objects(old.id) is None
    assert old.trail.origin(old.id, 0.0, None) == Origin("", "", {})
    old.put(layout.RECORD, "not a record")
    assert old.trail.described(old.id) is None


def test_a_record_is_what_was_answered(old: Recorded) -> None:
    old.put(layout.RECORD, RECORD)
    found = old.trail.described(old.id)
    assert found is not None and found["status"] == "SUCCEEDED"
    moment = datetime(2026, 1, 2, 3, 4, 5, 678000, timezone.utc)
    assert found["startDate"] == moment and old.id in old.trail.past
    with pytest.raises(AwsError, match="nothing tells what 'old' ran"):
        old.trail.definition(old.id)


def test_objects_come_in_pages(old: Recorded) -> None:
    old.put(layout.RECORD, RECORD)
    one = {"Key": "quick/old/A/b/c", "Size": 1, "ETag": '"e"', "VersionId": "v"}
    assert old.trail.objects(old.id) == []
    old.put("objects-1.json", [one])
    old.put("objects-2.json", [{**one, "Key": "quick/old/A/b/d"}])
    found = old.trail.objects(old.id)
    assert found is not None and len(found) == 2
    assert (found[0].mark, found[0].version) == ("e", "v")


def test_who_came_later_started_nothing(dev: Any, old: Recorded) -> None:
    dev.session.call(
        *("s3", "put_bucket_versioning"),
        Bucket=old.deployment.artifact_bucket,
        VersioningConfiguration={"Status": "Enabled"},
    )
    old.trail.claim(old.id, lambda: "first", old.told.append)
    old.trail.claim(old.id, lambda: "second", old.told.append)
    old.put(layout.STARTER, {"starter": "arn:me"})
    found = old.trail.origin(old.id, 0.0, None)
    assert (found.starter, found.claimed_by) == ("arn:me", "first")
