from __future__ import annotations

from typing import Any

import pytest

from mlmax_pipelines.local.workspace import Workspace

S3 = "aws-sdk:s3:"


def where(key: str, **more: Any) -> dict[str, Any]:
    return {"Bucket": "b", "Key": key, **more}


def test_an_object_is_read_as_text(workspace: Workspace, call: Any) -> None:
    workspace.store.write("s3://b/m.json", b'{"auc": 0.9}')
    result = call(S3 + "getObject", where("m.json"))
    assert result["Body"] == '{"auc": 0.9}'
    assert result["ContentLength"] == 12
    assert result["ETag"] == '"f04886860596507d5ab632fa8818bf7f"'


@pytest.mark.parametrize("operation", ["getObject", "headObject"])
@pytest.mark.parametrize("key", ["none", "folder", "folder/"])
def test_a_missing_key_has_the_name_aws_gives(
    workspace: Workspace, failure: Any, operation: str, key: str
) -> None:
    workspace.store.write("s3://b/folder/x", b"")
    error, cause = failure(S3 + operation, where(key))
    assert error == "S3.NoSuchKeyException"
    assert "(Service: S3, Status Code: 404)" in cause


def test_data_are_put_as_json(workspace: Workspace, call: Any) -> None:
    call(S3 + "putObject", where("a", Body={"x": [1]}))
    call(S3 + "putObject", where("b", Body="text"))
    assert workspace.store.read("s3://b/a") == b'{"x":[1]}'
    assert workspace.store.read("s3://b/b") == b"text"


def test_objects_are_copied_and_deleted(workspace: Workspace, call: Any) -> None:
    workspace.store.write("s3://other/x", b"1")
    call(S3 + "copyObject", where("y", CopySource="other/x"))
    assert workspace.store.read("s3://b/y") == b"1"
    call(S3 + "deleteObject", where("y"))
    call(S3 + "deleteObject", where("y"))
    assert workspace.store.objects("s3://b/y") == []


def test_listing_goes_page_by_page(workspace: Workspace, call: Any) -> None:
    for key in ("a/1", "a/2", "a/3", "b/1"):
        workspace.store.write(f"s3://b/{key}", b"12")
    request = {"Bucket": "b", "Prefix": "a/", "MaxKeys": 2}
    first = call(S3 + "listObjectsV2", request)
    assert [item["Key"] for item in first["Contents"]] == ["a/1", "a/2"]
    assert first["IsTruncated"] and first["Contents"][0]["Size"] == 2
    token = first["NextContinuationToken"]
    second = call(S3 + "listObjectsV2", {**request, "ContinuationToken": token})
    assert [item["Key"] for item in second["Contents"]] == ["a/3"]
    assert not second["IsTruncated"]


@pytest.mark.parametrize("operation", ["getObject", "putObject", "deleteObject"])
def test_keys_cannot_leave_the_store(failure: Any, operation: str) -> None:
    error, cause = failure(S3 + operation, where("../../x", Body="x"))
    assert error in ("S3.S3Exception", "States.TaskFailed")
    assert "cannot be kept as a file" in cause


def test_an_object_over_the_payload_limit_is_refused(
    workspace: Workspace, failure: Any
) -> None:
    workspace.store.write("s3://b/x", b"x" * 262_145)
    error, _ = failure(S3 + "getObject", where("x"))
    assert error == "States.DataLimitExceeded"


def test_what_is_not_text_is_refused(workspace: Workspace, failure: Any) -> None:
    workspace.store.write("s3://b/x", b"\xff\xfe")
    error, cause = failure(S3 + "getObject", where("x"))
    assert error == "States.Runtime" and "'s3://b/x' is not UTF-8 text" in cause
