"""Folders -> archives and digests: the same bytes for the same files.

What comes in: a folder. What goes out: its files, or an archive whose bytes depend on
names, contents and execute bits only. Never: packs what the project may not give away
(see `leaving`).
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from mlmax_pipelines.base import ignored, layout, leaving
from mlmax_pipelines.base.errors import UsageError

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


def walk(
    folder: Path, prefix: str = "", within: Path | None = None
) -> list[tuple[str, os.DirEntry[str]]]:
    """(path relative to `folder`, entry) of every file below it, sorted.

    Symbolic links are followed to files; to folders too if these lie in `within`. One
    to a folder that it lies in itself is left out.
    """
    inside = os.path.realpath(within) if within else None
    found = _walk(os.fspath(folder), prefix, inside, ())
    files = ((name, entry) for name, entry in found if not _is_folder(entry))
    return sorted(files, key=lambda item: item[0])


def _walk(
    folder: str, prefix: str, inside: str | None, above: tuple[str, ...]
) -> Iterator[tuple[str, os.DirEntry[str]]]:
    """Files, and links to folders that are not followed."""
    if inside is not None:
        above = (*above, os.path.realpath(folder))
    with os.scandir(folder) as entries:
        for entry in entries:
            name = f"{prefix}{entry.name}"
            if not _is_folder(entry):
                if _is_file(entry):
                    yield name, entry
            elif not entry.is_symlink() or _is_followed(entry, inside, above):
                yield from _walk(entry.path, f"{name}/", inside, above)
            elif os.path.realpath(entry.path) not in above:
                yield name, entry


def _is_folder(entry: os.DirEntry[str]) -> bool:
    return _ask(entry.is_dir)


def _is_file(entry: os.DirEntry[str]) -> bool:
    return _ask(entry.is_file)


def _ask(question: Callable[[], bool]) -> bool:
    try:
        return question()
    except OSError:
        # A link to itself.
        return False


def _is_followed(
    link: os.DirEntry[str], inside: str | None, above: tuple[str, ...]
) -> bool:
    target = os.path.realpath(link.path)
    if inside is None or target in above:
        return False
    return os.path.commonpath([inside, target]) == inside


def code_files(root: Path, folders: Iterable[str]) -> list[tuple[str, Path]]:
    """(path relative to `root`, path) of the files that are a project's code.

    Sorted. What tools leave behind and what .gitignore names is left out: it is no
    part of the code, wherever that runs. Raises UsageError for a link that leads out.
    """
    found: dict[str, Path] = {}
    below = {""}
    for folder in sorted(set(folders)):
        for name, path in _project_files(root, folder):
            if not _is_left_behind(name):
                found[name] = path
                below.update(_parents(name))
    rules = ignored.read(root, sorted(below))
    names = sorted(name for name in found if not ignored.is_ignored(name, rules))
    code = [(name, found[name]) for name in names]
    leaving.check_names(code)
    leaving.check_links(root, code)
    return code


def is_left_out(root: Path, name: str) -> bool:
    """Whether a file of the project's folders is no part of its code."""
    rules = ignored.read(root, _parents(name), name)
    return _is_left_behind(name) or ignored.is_ignored(name, rules)


def _is_left_behind(name: str) -> bool:
    """Whether a tool left it, and nobody wrote it."""
    return name.endswith(".pyc") or not _CACHES.isdisjoint(name.split("/"))


def data_files(root: Path, path: str) -> list[tuple[str, Path]]:
    """The same of a file or folder that a project ships as data.

    Raises UsageError when it is not there, or must not leave the project.
    """
    message, hint = leaving.fault(root, path)
    if message:
        raise UsageError(message, hint=hint)
    if not os.path.exists(root / path):
        raise UsageError(f"there is no file '{path}' to ship")
    if not os.path.isdir(root / path):
        return [(path, root / path)]
    files = _project_files(root, path)
    leaving.check(root, files)
    return files


def _project_files(root: Path, folder: str) -> list[tuple[str, Path]]:
    """Its files, and links to folders that lie elsewhere."""
    inside = os.path.realpath(root)
    found = _walk(os.fspath(root / folder), f"{folder}/", inside, ())
    return sorted((name, Path(entry.path)) for name, entry in found)


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
    return layout.listed_digest({name: file_digest(path) for name, path in files})


def pack(folder: Path, to: Path) -> None:
    """Make the tar.gz `to` of everything in a folder; the same bytes every time."""
    files = [(name, Path(entry.path)) for name, entry in walk(folder, within=folder)]
    pack_tar(sorted([*files, *_empty_folders(folder)]), to)


def _empty_folders(folder: Path) -> Iterator[tuple[str, Path]]:
    for parent, folders, files in os.walk(folder):
        if not folders and not files and Path(parent) != folder:
            yield Path(parent).relative_to(folder).as_posix(), Path(parent)


def pack_tar(files: Iterable[tuple[str, Path]], to: Path) -> None:
    """Make the tar.gz `to` of files and empty folders; the same bytes every time."""
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
    if path.is_dir():
        member.type, member.mode = tarfile.DIRTYPE, 0o755
        archive.addfile(member)
        return
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
