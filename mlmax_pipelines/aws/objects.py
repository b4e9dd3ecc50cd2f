"""Objects below a prefix: what there is, by folder, and all of it deleted.

What comes in: a bucket and prefixes. What goes out: folders with their sizes; objects
deleted in every version, so that they are gone. Never: one deleted beside a prefix.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from mlmax_pipelines.aws.session import Session
from mlmax_pipelines.base.errors import AwsError
from mlmax_pipelines.base.layout import uri

_AT_ONCE = 1000


@dataclass
class Folder:
    """All below a key of a bucket: how many objects, their bytes, when the newest one
    was written."""

    bucket: str
    key: str
    objects: int = 0
    bytes: int = 0
    newest: float = 0

    @property
    def address(self) -> str:
        return uri(self.bucket, self.key)

    def delete(self, session: Session) -> None:
        """Every version of all that is in it. Raises AwsError."""
        delete(session, self.bucket, self.key)


def folders(session: Session, bucket: str, prefix: str, depth: int) -> Iterator[Folder]:
    """What is below a prefix, by the first `depth` parts of its keys: a folder, whose
    key ends in a slash, or an object alone. Raises Refused."""
    found: dict[str, Folder] = {}
    pages = session.pages("s3", "list_objects_v2", Bucket=bucket, Prefix=prefix)
    for item in (item for page in pages for item in page.get("Contents", ())):
        parts = item["Key"].split("/", depth)
        key = "/".join(parts[:depth]) + "/" * (len(parts) > depth)
        one = found.setdefault(key, Folder(bucket, key))
        one.objects += 1
        one.bytes += item["Size"]
        one.newest = max(one.newest, item["LastModified"].timestamp())
    yield from found.values()


def versions(session: Session, bucket: str, key: str) -> Folder:
    """What there is of a key in all its versions, those of deleted objects as well.
    Raises Refused."""
    found = Folder(bucket, key)
    for page in _pages(session, bucket, key):
        found.objects += len(page)
        found.bytes += sum(one.get("Size", 0) for one in page)
    return found


def delete(session: Session, bucket: str, key: str) -> None:
    """Every version of an object; of all objects below a key that ends in a slash, or
    that is empty. Raises AwsError."""
    for page in _pages(session, bucket, key):
        for batch in _batches(page):
            answer = session.call("s3", "delete_objects", Bucket=bucket, Delete=batch)
            _check(answer, bucket)


def _pages(session: Session, bucket: str, key: str) -> Iterator[list[Any]]:
    """The versions and delete markers of a key: of no other that begins so."""
    pages = session.pages("s3", "list_object_versions", Bucket=bucket, Prefix=key)
    for page in pages:
        found = [*page.get("Versions", ()), *page.get("DeleteMarkers", ())]
        whole = key == "" or key.endswith("/")
        yield [one for one in found if whole or one["Key"] == key]


def _batches(found: list[Any]) -> Iterable[dict[str, Any]]:
    keys = [{"Key": one["Key"], "VersionId": one["VersionId"]} for one in found]
    for start in range(0, len(keys), _AT_ONCE):
        yield {"Objects": keys[start : start + _AT_ONCE], "Quiet": True}


def _check(answer: Any, bucket: str) -> None:
    if errors := answer.get("Errors"):
        first = errors[0]
        raise AwsError(
            f"cannot delete of bucket '{bucket}': {first['Key']}: "
            f"{first.get('Message')}"
        )
