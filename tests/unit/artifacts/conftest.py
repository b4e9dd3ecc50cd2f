"""Stores of each kind; S3 is an emulator's, a process talked to by HTTP."""

from __future__ import annotations

from pathlib import Path

import pytest

from mlmax_pipelines.artifacts import disk, s3
from mlmax_pipelines.aws.session import Session
from tests.functional.aws.conftest import Emulator

BUCKETS = ("box", "artifacts")
_ACCOUNT = "300000000001"


@pytest.fixture
def on_disk(tmp_path: Path) -> disk.Store:
    return disk.Store(tmp_path / "home" / "s3")


@pytest.fixture
def told() -> list[str]:
    """The lines of progress."""
    return []


@pytest.fixture
def on_s3(
    emulator: Emulator, monkeypatch: pytest.MonkeyPatch, told: list[str]
) -> s3.Store:
    """With the buckets that the tests use, empty: all the world shares their names."""
    for name, value in emulator.variables(_ACCOUNT).items():
        monkeypatch.setenv(name, value)
    client = emulator.client("s3", _ACCOUNT)
    there = {bucket["Name"] for bucket in client.list_buckets()["Buckets"]}
    for bucket in BUCKETS:
        if bucket not in there:
            client.create_bucket(Bucket=bucket)
        for item in client.list_objects_v2(Bucket=bucket).get("Contents", ()):
            client.delete_object(Bucket=bucket, Key=item["Key"])
    return s3.Store(Session("us-east-1"), told.append)
