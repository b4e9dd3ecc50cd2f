"""Small file operations that are whole or not at all.

What comes in: paths and contents. What goes out: files. Never: leaves a file that
holds half of what was meant, or reads one that another process is writing.
"""

from __future__ import annotations

import fcntl
import json
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any


def unique() -> str:
    """A name that nothing else has."""
    return os.urandom(16).hex()


def write_bytes(path: Path, content: bytes, lasting: bool = False) -> None:
    """Replace the file at `path`: readers see the old content or the new one.

    With `lasting`, it is there after a power cut, too, once this returns.
    """
    temporary = path.with_name(f".{unique()}")
    try:
        temporary.write_bytes(content)
        if lasting:
            flush(temporary)
        os.replace(temporary, path)
    except BaseException:
        temporary.unlink(missing_ok=True)
        raise
    if lasting:
        flush(path.parent)


def write_json(path: Path, content: Any, lasting: bool = False) -> None:
    """Replace the JSON file at `path`."""
    write_bytes(path, json.dumps(content, separators=(",", ":")).encode(), lasting)


def create_json(path: Path, content: Any) -> bool:
    """Make the JSON file at `path` unless it exists; whether it was made. It lasts.

    A link appears with the whole content, and only one process can make it.
    """
    temporary = path.with_name(f".{unique()}")
    temporary.write_text(json.dumps(content, separators=(",", ":")), encoding="utf-8")
    try:
        flush(temporary)
        os.link(temporary, path)
    except FileExistsError:
        return False
    finally:
        temporary.unlink()
    flush(path.parent)
    return True


def flush(path: Path) -> None:
    """Have a file, or the names in a folder, written to the disk itself (fsync(2))."""
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def read_json(path: Path) -> Any:
    """The data in the JSON file at `path`. Raises OSError when there is none."""
    return json.loads(path.read_bytes())


@contextmanager
def locked(path: Path) -> Iterator[None]:
    """One process or thread at a time, by a lock on the file at `path`."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def remove(folder: Path) -> None:
    """Remove a folder and all in it."""
    from shutil import rmtree

    rmtree(folder)
