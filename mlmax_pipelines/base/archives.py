"""Folders <-> archives and digests: the same bytes for the same files.

What comes in: a folder, or an archive that a job or a user made. What goes out: an
archive whose bytes depend on names, contents and execute bits only, or a folder.
Never: unpacks a member that would land outside the folder, a link that points out of
it, or a device.
"""

from __future__ import annotations

import os
from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING

from mlmax_pipelines.base import ignored

if TYPE_CHECKING:
    import tarfile

# What tools leave behind in a code folder: never part of the code.
_CACHES = frozenset(
    {
        "__pycache__",
        ".DS_Store",
        ".git",
        ".ipynb_checkpoints",
        ".mypy_cache",
        ".pytest_cache",
        ".ruff_cache",
    }
)
_CHUNK = 1 << 20
# The oldest time a zip file can hold.
_ZIP_TIME = (1980, 1, 1, 0, 0, 0)


class UnsafeArchive(Exception):
    """An archive holds a member that must not be unpacked."""


def walk(folder: Path, prefix: str = "") -> list[tuple[str, os.DirEntry[str]]]:
    """(path relative to `folder`, entry) of every file below it, sorted.

    Symbolic links are followed to files, never into folders.
    """
    found: list[tuple[str, os.DirEntry[str]]] = []
    with os.scandir(folder) as entries:
        for entry in entries:
            name = f"{prefix}{entry.name}"
            if entry.is_dir(follow_symlinks=False):
                found.extend(walk(Path(entry.path), f"{name}/"))
            elif entry.is_file():
                found.append((name, entry))
    return sorted(found, key=lambda item: item[0])


def code_files(root: Path, folders: Iterable[str]) -> list[tuple[str, Path]]:
    """(path relative to `root`, path) of the files that are a project's code.

    Sorted. What tools leave behind and what .gitignore names is left out: it is no
    part of the code, wherever that runs.
    """
    found: list[tuple[str, Path]] = []
    below = {""}
    for folder in sorted(set(folders)):
        for name, entry in walk(root / folder, f"{folder}/"):
            if not name.endswith(".pyc") and _CACHES.isdisjoint(name.split("/")):
                found.append((name, Path(entry.path)))
                below.update(_parents(name))
    rules = ignored.read(root, sorted(below))
    return [(n, path) for n, path in found if not ignored.is_ignored(n, rules)]


def _parents(name: str) -> list[str]:
    parts = name.split("/")
    return ["/".join(parts[:end]) for end in range(1, len(parts))]


def file_digest(path: Path) -> str:
    """SHA-256 of a file's bytes, in hex."""
    from hashlib import sha256

    digest = sha256()
    with path.open("rb") as file:
        while chunk := file.read(_CHUNK):
            digest.update(chunk)
    return digest.hexdigest()


def digest(files: Iterable[tuple[str, Path]]) -> str:
    """SHA-256 over the names and contents of files, in hex."""
    from hashlib import sha256

    total = sha256()
    for name, path in files:
        total.update(f"{name}\0{file_digest(path)}\n".encode())
    return total.hexdigest()


def pack(folder: Path, to: Path) -> None:
    """Make the tar.gz `to` of everything in a folder; the same bytes every time."""
    pack_tar([(name, Path(entry.path)) for name, entry in walk(folder)], to)


def pack_tar(files: Iterable[tuple[str, Path]], to: Path) -> None:
    """Make the tar.gz `to` of files; the same bytes every time."""
    import gzip
    import tarfile

    with to.open("wb") as raw:
        # filename and mtime would otherwise be part of gzip's header.
        with gzip.GzipFile("", "wb", compresslevel=6, fileobj=raw, mtime=0) as packed:
            with tarfile.open(fileobj=packed, mode="w", format=tarfile.PAX_FORMAT) as t:
                for name, path in files:
                    _add(t, name, path)


def _add(archive: tarfile.TarFile, name: str, path: Path) -> None:
    import tarfile

    status = path.stat()
    member = tarfile.TarInfo(name)
    member.size = status.st_size
    member.mode = 0o755 if status.st_mode & 0o100 else 0o644
    with path.open("rb") as file:
        archive.addfile(member, file)


def pack_zip(files: Iterable[tuple[str, Path]], to: Path) -> None:
    """Make the zip `to` of files; the same bytes every time."""
    import zipfile

    with zipfile.ZipFile(to, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, path in files:
            member = zipfile.ZipInfo(name, _ZIP_TIME)
            member.external_attr = 0o644 << 16
            member.compress_type = zipfile.ZIP_DEFLATED
            archive.writestr(member, path.read_bytes())


def unpack(archive: Path, to: Path) -> None:
    """Unpack a tar, compressed or not. Raises UnsafeArchive, before anything is made.

    tarfile's own filter came with 3.10.12 and 3.11.4 only: the rule stands here, and
    the filter behind it where there is one.
    """
    import tarfile

    try:
        with tarfile.open(archive) as opened:
            opened.extraction_filter = getattr(tarfile, "data_filter", None)
            members = opened.getmembers()
            for member in members:
                _check(member, archive.name)
            to.mkdir(parents=True, exist_ok=True)
            for member in members:
                _extract(opened, member, to)
    except (tarfile.TarError, EOFError, OSError) as error:
        raise UnsafeArchive(f"cannot unpack '{archive.name}': {error}") from None


def _check(member: tarfile.TarInfo, archive: str) -> None:
    if not (member.isreg() or member.isdir() or member.issym() or member.islnk()):
        raise UnsafeArchive(f"'{archive}' holds a device or pipe: '{member.name}'")
    folder = os.path.dirname(member.name) if member.issym() else ""
    target = os.path.join(folder, member.linkname)
    if _leaves(member.name) or (member.linkname and _leaves(target)):
        raise UnsafeArchive(f"'{archive}' holds a path out of it: '{member.name}'")


def _leaves(path: str) -> bool:
    return os.path.isabs(path) or os.path.normpath(path).split(os.sep)[0] == os.pardir


def _extract(archive: tarfile.TarFile, member: tarfile.TarInfo, to: Path) -> None:
    """One member, without its owner or times; nothing is written through a link."""
    parent = (to / member.name).parent
    if not parent.resolve().is_relative_to(to.resolve()):
        raise UnsafeArchive(f"a member is written through a link: '{member.name}'")
    member.mode = (member.mode & 0o755) | (0o700 if member.isdir() else 0o600)
    archive.extract(member, to, set_attrs=False)
    if member.isreg():
        os.chmod(to / member.name, member.mode)
