"""Objects in S3: what executions read and wrote, and what a user sends them.

What comes in: s3:// URIs, files and folders. What goes out: the same, elsewhere.
Never: half a file under its name, or the same bytes uploaded twice.
"""

from __future__ import annotations

import os
import time
from base64 import b64decode
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from mlmax_pipelines.artifacts.contract import Artifact
from mlmax_pipelines.artifacts.shipped import shipped
from mlmax_pipelines.aws.failures import Refused
from mlmax_pipelines.aws.session import Session
from mlmax_pipelines.base import layout
from mlmax_pipelines.base.errors import UsageError
from mlmax_pipelines.base.files import unique

_CHUNK = 1 << 20
_TELL_SECONDS = 2.0
_MISSING = ("404", "NoSuchKey", "NotFound")


class Store:
    """S3 as one environment uses it; `tell` gets lines of progress."""

    def __init__(self, session: Session, tell: Callable[[str], None]) -> None:
        self._session = session
        self._tell = tell

    def list(self, uri: str) -> Iterator[Artifact]:
        """The object at `uri`, or everything below it."""
        bucket, key = layout.split(uri)
        pages = self._session.pages("s3", "list_objects_v2", Bucket=bucket, Prefix=key)
        for page in pages:
            for item in page.get("Contents", ()):
                if (
                    key in ("", item["Key"])
                    or key.endswith("/")
                    or (item["Key"].startswith(f"{key}/"))
                ):
                    yield self._artifact(bucket, item)

    def _artifact(self, bucket: str, item: Mapping[str, Any]) -> Artifact:
        return Artifact(
            uri=layout.uri(bucket, item["Key"]),
            step="",
            output="",
            size=item["Size"],
            sha256=self._sha256(bucket, item),
            mark=item["ETag"].strip('"'),
        )

    def _sha256(self, bucket: str, item: Mapping[str, Any]) -> str:
        """As S3 keeps it, for what was uploaded whole with that checksum."""
        if "SHA256" not in item.get("ChecksumAlgorithm", ()):
            return ""
        head = self._session.call(
            "s3", "head_object", Bucket=bucket, Key=item["Key"], ChecksumMode="ENABLED"
        )
        return _hex(head.get("ChecksumSHA256", ""))

    def read(self, uri: str) -> bytes | None:
        """An object's bytes; None when there is none."""
        bucket, key = layout.split(uri)
        try:
            answer = self._session.call("s3", "get_object", Bucket=bucket, Key=key)
        except Refused as error:
            if error.code in _MISSING:
                return None
            raise
        content: bytes = answer["Body"].read()
        return content

    def versions(self, uri: str) -> Iterator[tuple[bytes | None, str]]:
        """Every version of an object and its SHA-256 as S3 keeps it, oldest first; None
        last when it is deleted."""
        bucket, key = layout.split(uri)
        pages = self._session.pages(
            "s3", "list_object_versions", Bucket=bucket, Prefix=key
        )
        found = list(pages)
        for item in reversed([*_of_key("Versions", key, found)]):
            answer = self._session.call(
                *("s3", "get_object"),
                Bucket=bucket,
                Key=key,
                VersionId=item["VersionId"],
                ChecksumMode="ENABLED",
            )
            yield answer["Body"].read(), _hex(answer.get("ChecksumSHA256", ""))
        if any(item["IsLatest"] for item in _of_key("DeleteMarkers", key, found)):
            yield None, ""

    def write(self, uri: str, content: bytes) -> None:
        """Make or replace an object."""
        bucket, key = layout.split(uri)
        self._session.call(
            *("s3", "put_object"),
            Bucket=bucket,
            Key=key,
            Body=content,
            ChecksumAlgorithm="SHA256",
        )

    def fetch(self, uri: str, to: Path) -> Path:
        """Copied in chunks: an object may be larger than memory."""
        found = list(self.list(uri))
        if not found:
            raise UsageError(f"nothing at '{uri}'")
        if found[0].uri == uri:
            to = to / uri.rpartition("/")[2] if to.is_dir() else to
            self._download(uri, to)
            return to
        base = uri.rstrip("/") + "/"
        for item in found:
            if not item.uri.endswith("/"):
                self._download(item.uri, _below(to, item.uri[len(base) :]))
        return to

    def _download(self, uri: str, to: Path) -> None:
        bucket, key = layout.split(uri)
        to.parent.mkdir(parents=True, exist_ok=True)
        part = to.with_name(f".{unique()}.part")
        answer = self._session.call("s3", "get_object", Bucket=bucket, Key=key)
        try:
            with part.open("wb") as file:
                for chunk in answer["Body"].iter_chunks(_CHUNK):
                    file.write(chunk)
            os.replace(part, to)
        finally:
            part.unlink(missing_ok=True)

    def put_data(self, path: Path, bucket: str) -> str:
        """Upload a file or folder under its digest, what is not there yet; its URI."""
        base, targets = shipped(path)
        there = {item.uri for item in self.list(layout.uri(bucket, base))}
        for key, file in targets:
            if layout.uri(bucket, key) not in there:
                self._upload(file, bucket, key)
        return layout.uri(bucket, base)

    def _upload(self, file: Path, bucket: str, key: str) -> None:
        progress = _Progress(file, self._tell)
        extra = {"ChecksumAlgorithm": "SHA256"}
        self._session.upload(file, bucket, key, progress.add, extra)
        progress.done()


class _Progress:
    """Tells now and then how much of a file is uploaded."""

    def __init__(self, file: Path, tell: Callable[[str], None]) -> None:
        self._name, self._total = file.name, file.stat().st_size
        self._sent, self._told = 0, time.monotonic()
        self._tell = tell

    def add(self, count: int) -> None:
        self._sent += count
        if time.monotonic() - self._told >= _TELL_SECONDS:
            self._told = time.monotonic()
            share = 100 * self._sent // max(1, self._total)
            self._tell(f"uploading '{self._name}': {share} % of {self._size}")

    def done(self) -> None:
        self._tell(f"uploaded '{self._name}' ({self._size})")

    @property
    def _size(self) -> str:
        return f"{self._total / 1e6:.1f} MB"


def _hex(checksum: str) -> str:
    """A SHA-256 as S3 writes it; "" for one of an object that came in parts."""
    return "" if "-" in checksum else b64decode(checksum).hex()


def _of_key(
    what: str, key: str, pages: Sequence[Mapping[str, Any]]
) -> Iterator[Mapping[str, Any]]:
    """The versions of one key, newest first, of pages of those that begin so."""
    found = (item for page in pages for item in page.get(what, ()))
    return (item for item in found if item["Key"] == key)


def _below(folder: Path, name: str) -> Path:
    """A key's path in a folder; a key may hold what leads out of it."""
    path = folder / name
    if not path.resolve().is_relative_to(folder.resolve()):
        raise UsageError(f"the key '{name}' leads out of '{folder}'")
    return path
