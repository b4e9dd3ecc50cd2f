"""SHA-256 of files, each read once for as long as it stays as it is.

What comes in: files by name, and the file in which their digests are kept. What goes
out: their digests. Never: trusts a digest whose file was written to since: the time of
a file's last change (`ctime`) is the kernel's, and no program can set it back.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from mlmax_pipelines.base import archives
from mlmax_pipelines.base.files import read_json, write_json

Kept = dict[str, list[Any]]


def refresh(files: Mapping[str, Path], kept: Path) -> dict[str, str]:
    """The SHA-256 of each file, in hexadecimal, under its name; `kept` has them, and
    only them, from now on."""
    before = _read(kept)
    now = {name: _entry(path, before.get(name)) for name, path in files.items()}
    if now != before:
        _write(kept, now)
    return {name: entry[-1] for name, entry in now.items()}


def of(files: Mapping[str, Path]) -> dict[str, str]:
    """The same, each read now, and kept nowhere."""
    return {name: archives.file_digest(path) for name, path in files.items()}


def _entry(path: Path, before: list[Any] | None) -> list[Any]:
    """What tells this state of the file from any other, then its digest."""
    # Looked at first: what is written to it meanwhile makes it another file next time.
    found = path.stat()
    mark = [found.st_ino, found.st_size, found.st_mtime_ns, found.st_ctime_ns]
    if before and before[:-1] == mark:
        return before
    return [*mark, archives.file_digest(path)]


def _read(kept: Path) -> Kept:
    try:
        found: Kept = read_json(kept)
        return found
    except (OSError, ValueError):
        return {}


def _write(kept: Path, now: Kept) -> None:
    try:
        write_json(kept, now)
    except OSError:
        # A folder nobody may write to can still be read.
        pass
