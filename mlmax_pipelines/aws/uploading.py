"""A package -> its bucket: what is missing there, each object once.

What comes in: a `Package`. What goes out: objects in S3, and how far it has come, to a
callback. Never: an object uploaded that is there already, or a package taken for
complete that is not: its list is put last, and each object appears whole or not at
all ("Amazon S3 data consistency model"). An interrupted upload goes on where it ended.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from mlmax_pipelines.aws.packaging import Archive, Package, Source
from mlmax_pipelines.aws.session import Session
from mlmax_pipelines.base import archives

_THREADS = 8


@dataclass(frozen=True)
class Progress:
    """Objects and bytes done so far, of how many."""

    objects: int
    of_objects: int
    bytes: int
    of_bytes: int


Watch = Callable[[Progress], None]


def missing(session: Session, package: Package) -> list[str]:
    """The keys that have to be uploaded, the package's list last; [] when none.

    One call when the package is complete, else one more for each folder of it.
    """
    if package.key in _listed(session, package.bucket, package.key):
        return []
    there: set[str] = set()
    for prefix in sorted({_prefix(key) for key in package.objects}):
        there |= _listed(session, package.bucket, prefix)
    return [key for key in sorted(package.objects) if key not in there] + [package.key]


def upload(
    session: Session, package: Package, keys: Sequence[str], watch: Watch
) -> None:
    """Put the objects of `keys`, as `missing` gives them. Raises Refused."""
    from concurrent.futures import ThreadPoolExecutor

    own = [key for key in keys if key != package.key]
    session.client("s3")
    with _on_disk(package, own) as paths:
        tally = _Tally(paths, watch)
        with ThreadPoolExecutor(_THREADS) as pool:
            jobs = [
                pool.submit(_put, session, package.bucket, key, paths[key], tally)
                for key in own
            ]
            try:
                for job in jobs:
                    job.result()
            except BaseException:
                # The others would only fail later, or keep Ctrl-C waiting.
                pool.shutdown(wait=True, cancel_futures=True)
                raise
    if package.key in keys:
        arguments = {"Bucket": package.bucket, "Key": package.key}
        owner = {"ExpectedBucketOwner": session.identity.account}
        body = {"Body": package.listing}
        session.call("s3", "put_object", **arguments, **owner, **body)


class _Tally:
    """Counts what the threads have put; tells it one at a time."""

    def __init__(self, paths: dict[str, Path], watch: Watch) -> None:
        from threading import Lock

        self._lock, self._watch = Lock(), watch
        self._objects, self._bytes = 0, 0
        self._of_objects = len(paths)
        self._of_bytes = sum(path.stat().st_size for path in paths.values())

    def add(self, objects: int, count: int) -> None:
        with self._lock:
            self._objects += objects
            # Bytes that had to be sent again are counted by boto3 once more.
            self._bytes = min(self._bytes + count, self._of_bytes)
            of = (self._of_objects, self._bytes, self._of_bytes)
            self._watch(Progress(self._objects, *of))


def _put(session: Session, bucket: str, key: str, path: Path, tally: _Tally) -> None:
    owner = {"ExpectedBucketOwner": session.identity.account}
    session.upload(path, bucket, key, lambda count: tally.add(0, count), owner)
    tally.add(1, 0)


def _listed(session: Session, bucket: str, prefix: str) -> set[str]:
    owner = session.identity.account
    pages = session.pages(
        "s3", "list_objects_v2", Bucket=bucket, Prefix=prefix, ExpectedBucketOwner=owner
    )
    return {item["Key"] for page in pages for item in page.get("Contents", ())}


def _prefix(key: str) -> str:
    """`code/<digest>/` of what is in it; the key itself of an object on its own."""
    parts = key.split("/")
    return "/".join(parts[:2]) + ("/" if len(parts) > 2 else "")


@contextmanager
def _on_disk(package: Package, keys: Sequence[str]) -> Iterator[dict[str, Path]]:
    """A file for each key; those that have to be made are gone afterwards."""
    from tempfile import TemporaryDirectory

    with TemporaryDirectory() as folder:
        yield {
            key: _file(package.objects[key], key, Path(folder) / str(number))
            for number, key in enumerate(keys)
        }


def _file(source: Source, key: str, aside: Path) -> Path:
    if isinstance(source, Path):
        return source
    if isinstance(source, bytes):
        aside.write_bytes(source)
    elif isinstance(source, Archive):
        make = archives.pack_zip if key.endswith(".zip") else archives.pack_tar
        make(source.files, aside)
    return aside
