"""s3:// on this machine: an object is the file <root>/<bucket>/<key>.

What comes in: s3:// URIs, files and folders. What goes out: the same, elsewhere.
Never: shows half an object (files are made aside and renamed into place), follows a
key out of its bucket, or lets a job change an object through its copy.

A job gets copies of its inputs. A file of `LINK_BYTES` or more is not copied but
linked, and made read-only, so that a job that writes into it is refused instead of
changing the store; root, whom nothing is refused, always gets a copy. What a job
leaves in its output folder is moved, not copied.
"""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import NamedTuple

from mlmax_pipelines.artifacts.contract import Artifact
from mlmax_pipelines.artifacts.shipped import shipped
from mlmax_pipelines.base import archives, layout, leaving
from mlmax_pipelines.base.archives import walk
from mlmax_pipelines.base.errors import UsageError
from mlmax_pipelines.base.files import aside, flush, unique

LINK_BYTES = 64 << 20


class Object(NamedTuple):
    """One object: its URI, the part of its key below what was listed, its file."""

    uri: str
    name: str
    path: Path


def _split(uri: str) -> tuple[str, str]:
    """Bucket and key of an s3:// URI. Raises UsageError when it can be no file."""
    bucket, key = layout.split(uri)
    parts = key.split("/")
    if ".." in parts or "." in parts or "" in parts[:-1] or bucket in (".", ".."):
        message = f"the key of '{uri}' cannot be kept as a file"
        raise UsageError(message, hint="keys have no empty, '.' or '..' part")
    return bucket, key


class Store:
    """The objects under one folder; safe for many processes at once."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self._aside = root.parent / "tmp"

    def path(self, uri: str) -> Path:
        """Where the object or folder at `uri` is kept, whether or not it exists."""
        bucket, key = _split(uri)
        return self.root / bucket / key

    def uri(self, path: Path) -> str:
        """The URI of a path in the store."""
        return layout.SCHEME + path.relative_to(self.root).as_posix()

    def matching(self, uri: str) -> list[Object]:
        """Every object whose key starts with the URI's key, sorted by key.

        As S3 has it, `s3://b/data` matches `data.csv` as well as `data/x.csv`.
        """
        bucket, key = _split(uri)
        folder, _, start = key.rpartition("/")
        base = self.root / bucket / folder
        if not base.is_dir():
            return []
        names = [e.name for e in os.scandir(base) if e.name.startswith(start)]
        return [item for name in sorted(names) for item in self._below(base / name)]

    def _below(self, path: Path) -> Iterator[Object]:
        if path.is_file():
            yield Object(self.uri(path), path.name, path)
            return
        if not path.is_dir():  # a pipe or a socket that a job left
            return
        for name, entry in walk(path):
            file = Path(entry.path)
            yield Object(self.uri(file), name, file)

    def objects(self, uri: str) -> list[Object]:
        """What a job downloads: the object at `uri`, or everything in that folder.

        Stricter than `matching`: `s3://b/train` does not bring `train-old/` along.
        """
        path = self.path(uri)
        if path.is_dir():
            return list(self._below(path))
        return [Object(uri, path.name, path)] if path.is_file() else []

    def provide(self, uri: str) -> list[Object]:
        """The same, for a job that starts: an archive of code is made when it is asked
        for first."""
        path = self.path(uri)
        if not path.exists() and path.name.endswith((".tar.gz", ".zip")):
            self._archive_code(uri, path)
        return self.objects(uri)

    def _archive_code(self, uri: str, path: Path) -> None:
        """Make the archive of a code folder.

        `code/<digest>/src.tar.gz` holds what is in `src/`, as training and serving
        containers expect it; `src.zip` holds `src/` itself, as a function's handler
        `src/load.handler` expects it.
        """
        suffix = next(end for end in (".tar.gz", ".zip") if path.name.endswith(end))
        name = layout.unpacked(path.name.removesuffix(suffix))
        folder = path.parent / name
        code = self.root / layout.LOCAL_BUCKET / layout.CODE
        if path.parent.parent != code or not folder.is_dir():
            return
        aside = self.aside()
        if suffix == ".zip":
            files = [(f"{name}/{file}", Path(e.path)) for file, e in walk(folder)]
            archives.pack_zip(files, aside)
        else:
            archives.pack(folder, aside)
        self.take(aside, uri)

    def list(self, uri: str) -> Iterator[Artifact]:
        """The object at `uri`, or everything below it."""
        for item in self.objects(uri):
            yield artifact(item, archives.file_digest(item.path))

    def read(self, uri: str) -> bytes | None:
        """The object's bytes; None when there is none."""
        path = self.path(uri)
        if uri.endswith("/") or not path.is_file():
            return None
        return path.read_bytes()

    def write(self, uri: str, content: bytes, lasting: bool = False) -> None:
        """Make or replace the object; `lasting` is as in `base.files`."""
        aside = self.aside()
        aside.write_bytes(content)
        if lasting:
            flush(aside)
        self.take(aside, uri)
        if lasting:
            flush(self.path(uri).parent)

    def delete(self, uri: str) -> None:
        """Remove the object, if there is one."""
        self.path(uri).unlink(missing_ok=True)

    def copy_in(self, file: Path, uri: str) -> None:
        """Make the object a copy of a file."""
        from shutil import copyfile

        aside = self.aside()
        copyfile(file, aside)
        self.take(aside, uri)

    def aside(self) -> Path:
        """A new path on the store's file system, for `take`."""
        self._aside.mkdir(parents=True, exist_ok=True)
        return self._aside / unique()

    def take(self, path: Path, uri: str) -> None:
        """Move a file or a folder into the store, as the object or prefix `uri`.

        A folder that is new there appears all at once, any other file by file.
        """
        target = self.path(uri.rstrip("/"))
        target.parent.mkdir(parents=True, exist_ok=True)
        if path.is_dir():
            _replace_links(path)
        if path.is_file() or not target.exists():
            os.replace(path, target)
            return
        for name, entry in walk(path):
            destination = target / name
            destination.parent.mkdir(parents=True, exist_ok=True)
            os.replace(entry.path, destination)

    def fetch(self, uri: str, to: Path) -> Path:
        """Copy an object, or everything below a prefix, to where a user wants it."""
        found = self.provide(uri)
        if not found:
            raise UsageError(f"nothing at '{uri}'")
        if self.path(uri).is_dir():
            self.copy_out(uri, to)
            return to
        to = to / found[0].name if to.is_dir() else to
        self._copy_file(uri, to)
        return to

    def _copy_file(self, uri: str, to: Path) -> None:
        """The path `to` appears whole."""
        from shutil import copyfile

        to.parent.mkdir(parents=True, exist_ok=True)
        part = aside(to)
        copyfile(self.path(uri), part)
        os.replace(part, to)

    def copy_out(self, uri: str, to: Path) -> int:
        """Copy the object, or everything under the prefix, into the folder `to`.

        Returns how many objects there were.
        """
        found = self.provide(uri)
        targets = [os.path.join(to, item.name) for item in found]
        for folder in {os.path.dirname(target) for target in targets}:
            os.makedirs(folder, exist_ok=True)
        for item, target in zip(found, targets):
            _copy(item.path, target)
        return len(found)

    def put_data(self, path: Path, bucket: str = layout.LOCAL_BUCKET) -> str:
        """Keep a file or folder of the user's under its digest; its URI."""
        base, files = shipped(path)
        uri = layout.uri(bucket, base)
        if base.endswith("/"):
            self._put_files([(key[len(base) :], file) for key, file in files], uri)
        elif not self.path(uri).exists():
            self.copy_in(files[0][1], uri)
        return uri

    def put_code(self, root: Path, folder: str) -> str:
        """Keep a code folder under its digest; `code/<digest>`, its version."""
        files = archives.code_files(root, [folder])
        leaving.check(root, files)
        version = layout.code(archives.digest(files))
        self._put_files(files, layout.uri(layout.LOCAL_BUCKET, f"{version}/"))
        return version

    def _put_files(self, files: Sequence[tuple[str, Path]], uri: str) -> None:
        if self.path(uri).exists():
            return
        from shutil import copyfile

        aside = self.aside()
        aside.mkdir()
        for name, path in files:
            (aside / name).parent.mkdir(parents=True, exist_ok=True)
            copyfile(path, aside / name)
        try:
            self.take(aside, uri)
        except OSError:
            # Another process put the same content there first.
            if not self.path(uri).exists():
                raise


def artifact(item: Object, sha256: str, step: str = "", output: str = "") -> Artifact:
    """An object as every store tells of it."""
    return Artifact(item.uri, step, output, item.path.stat().st_size, sha256)


def _replace_links(folder: Path) -> None:
    """Put files in place of links to them; other links go, as an upload leaves them.

    A link in the store would change, or end, with what it points to.
    """
    from shutil import copyfile

    for parent, folders, files in os.walk(folder):
        for name in (*folders, *files):
            path = os.path.join(parent, name)
            if not os.path.islink(path):
                continue
            target = os.path.realpath(path)
            os.unlink(path)
            if os.path.isfile(target):
                copyfile(target, path)


def _copy(source: Path, target: str) -> None:
    from shutil import copyfile

    if source.stat().st_size >= LINK_BYTES and os.geteuid() != 0:
        try:
            os.chmod(source, source.stat().st_mode & 0o444)
            os.link(source, target)
            return
        except OSError:
            # Another file system, or one without links: a copy is as good.
            pass
    copyfile(source, target)
