"""Objects by folder, and deleted in every version."""

from __future__ import annotations

from datetime import datetime, timezone
from typing import Any

import pytest
from botocore.stub import Stubber

from mlmax_pipelines.aws import objects
from mlmax_pipelines.aws.session import Session
from mlmax_pipelines.base.errors import AwsError


@pytest.fixture
def session(monkeypatch: pytest.MonkeyPatch) -> Session:
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "test")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "test")
    return Session("us-east-1")


def item(key: str, size: int, day: int) -> dict[str, Any]:
    modified = datetime(2030, 1, day, tzinfo=timezone.utc)
    return {"Key": key, "Size": size, "LastModified": modified}


def test_a_folder_is_as_young_as_the_newest_in_it(session: Session) -> None:
    with Stubber(session.client("s3")) as stub:
        page = {
            "Contents": [
                item("a/one/x/y", 1, 1),
                item("a/one/z", 2, 3),
                item("a/two", 4, 2),
                item("b", 8, 2),
            ]
        }
        stub.add_response("list_objects_v2", page, {"Bucket": "b", "Prefix": ""})
        found = {one.key: one for one in objects.folders(session, "b", "", 2)}
    assert set(found) == {"a/one/", "a/two", "b"}
    assert (found["a/one/"].objects, found["a/one/"].bytes) == (2, 3)
    assert datetime.fromtimestamp(found["a/one/"].newest, timezone.utc).day == 3


def test_an_object_is_deleted_and_none_that_begins_so(session: Session) -> None:
    with Stubber(session.client("s3")) as stub:
        page = {
            "Versions": [
                {"Key": "a/one", "VersionId": "1", "Size": 2},
                {"Key": "a/one2/x", "VersionId": "2", "Size": 4},
            ],
            "DeleteMarkers": [{"Key": "a/one", "VersionId": "3"}],
        }
        given = {"Bucket": "b", "Prefix": "a/one"}
        stub.add_response("list_object_versions", page, given)
        stub.add_response("list_object_versions", page, given)
        own = [{"Key": "a/one", "VersionId": id} for id in ("1", "3")]
        deleted = {"Bucket": "b", "Delete": {"Objects": own, "Quiet": True}}
        stub.add_response("delete_objects", {}, deleted)
        found = objects.versions(session, "b", "a/one")
        assert (found.objects, found.bytes) == (2, 2)
        objects.delete(session, "b", "a/one")
        stub.assert_no_pending_responses()


def test_what_is_not_deleted_is_said(session: Session) -> None:
    with Stubber(session.client("s3")) as stub:
        versions = {"Versions": [{"Key": "a", "VersionId": "1"}]}
        given = {"Bucket": "b", "Prefix": "a"}
        stub.add_response("list_object_versions", versions, given)
        failed = {"Errors": [{"Key": "a", "Message": "Access Denied"}]}
        deleted = {
            "Bucket": "b",
            "Delete": {"Objects": versions["Versions"], "Quiet": True},
        }
        stub.add_response("delete_objects", failed, deleted)
        with pytest.raises(AwsError, match="a: Access Denied"):
            objects.delete(session, "b", "a")
