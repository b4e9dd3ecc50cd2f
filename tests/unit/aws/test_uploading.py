"""A package reaches its bucket: what is missing, each object once, its list last."""

from __future__ import annotations

import io
import json
import tarfile
import zipfile
from pathlib import Path

import pytest

from mlmax_pipelines.aws.failures import Refused
from mlmax_pipelines.aws.packaging import Package
from mlmax_pipelines.aws.session import Session
from mlmax_pipelines.aws.uploading import Progress, missing, upload
from tests.functional.aws.relay import Relay, error
from tests.unit.aws.packages import NAMES, packed, project


@pytest.fixture
def made(tmp_path: Path, bucket: str) -> Package:
    return packed(project(tmp_path, 1_000_000_000, NAMES), bucket)


def ignore(progress: Progress) -> None:
    pass


def keys(session: Session, bucket: str) -> list[str]:
    found = session.call("s3", "list_objects_v2", Bucket=bucket)
    return [item["Key"] for item in found.get("Contents", ())]


def content(session: Session, made: Package, key: str) -> bytes:
    found = session.call("s3", "get_object", Bucket=made.bucket, Key=key)
    body: bytes = found["Body"].read()
    return body


def test_all_of_a_new_package_is_missing_and_then_nothing(
    aws: Session, relay: Relay, made: Package
) -> None:
    wanted = missing(aws, made)
    assert wanted == [*sorted(made.objects), made.key]
    upload(aws, made, wanted, ignore)
    assert keys(aws, made.bucket) == sorted(wanted)
    assert content(aws, made, made.key) == made.listing
    assert json.loads(content(aws, made, made.root_key)) == made.root
    relay.seen.clear()
    assert missing(aws, made) == []
    assert relay.seen == [f"GET /{made.bucket}"]


def test_archives_hold_what_their_users_look_for(aws: Session, made: Package) -> None:
    upload(aws, made, missing(aws, made), ignore)
    tar = content(aws, made, f"{made.code['src']}/src.tar.gz")
    with tarfile.open(fileobj=io.BytesIO(tar)) as archive:
        assert archive.getnames() == ["a.py", "sub/b.py"]
    zipped = content(aws, made, f"{made.code['src']}/src.zip")
    with zipfile.ZipFile(io.BytesIO(zipped)) as archive_of_functions:
        assert archive_of_functions.namelist() == ["a.py", "sub/b.py"]
    text = content(aws, made, f"{made.code['src']}/src/sub/b.py")
    assert text == b"the text of b.py"


def test_progress_goes_up_to_all_of_it(aws: Session, made: Package) -> None:
    told: list[Progress] = []
    upload(aws, made, missing(aws, made), told.append)
    assert [(p.objects, p.bytes) for p in told] == sorted(
        (p.objects, p.bytes) for p in told
    )
    assert {(p.of_objects, p.of_bytes) for p in told} == {
        (len(made.objects), told[-1].bytes)
    }
    assert told[-1].objects == len(made.objects)


def test_what_another_package_brought_is_not_missing(
    aws: Session, made: Package, tmp_path: Path
) -> None:
    upload(aws, made, missing(aws, made), ignore)
    (tmp_path / "data" / "in.csv").write_text("other data")
    other = packed(tmp_path, made.bucket)
    added = sorted(set(other.objects) - set(made.objects))
    assert len(added) == 1 and added[0].endswith("/in.csv")
    assert missing(aws, other) == [*added, other.key]


def test_an_upload_that_failed_is_not_complete_and_goes_on_where_it_ended(
    aws: Session, relay: Relay, made: Package
) -> None:
    relay.fail("PUT .*/src/a.py", error(403, "AccessDenied", "Access Denied"))
    with pytest.raises(Refused, match="access denied: s3:PutObject"):
        upload(aws, made, missing(aws, made), ignore)
    relay.heal()
    there = keys(aws, made.bucket)
    assert made.key not in there
    left = missing(aws, made)
    assert sorted([*left, *there]) == sorted([*made.objects, made.key])
    relay.seen.clear()
    upload(aws, made, left, ignore)
    assert sorted(relay.seen) == sorted(f"PUT /{made.bucket}/{key}" for key in left)
    assert missing(aws, made) == []


def test_no_file_made_for_an_upload_is_left(
    aws: Session,
    made: Package,
    tmp_path_factory: pytest.TempPathFactory,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    aside = tmp_path_factory.mktemp("aside")
    monkeypatch.setattr("tempfile.tempdir", str(aside))
    upload(aws, made, missing(aws, made), ignore)
    assert list(aside.iterdir()) == []
