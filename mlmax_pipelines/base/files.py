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

from mlmax_pipelines.base.errors import PipelineError
from mlmax_pipelines.base.forms import fault, parse_json


def unique() -> str:
    """A name that nothing else has."""
    return os.urandom(16).hex()


def aside(path: Path) -> Path:
    """A path beside another one, that nothing else has; however long its name is."""
    return path.with_name(f".{unique()}")


def write_bytes(path: Path, content: bytes, lasting: bool = False) -> None:
    """Replace the file at `path`: readers see the old content or the new one.

    With `lasting`, it is there after a power cut, too, once this returns.
    """
    temporary = aside(path)
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
    temporary = aside(path)
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


class Unreadable(PipelineError, ValueError):
    """A file that only this package writes, and that is not as it writes them."""


def read_json(path: Path, form: Any = object) -> Any:
    """The data in the JSON file at `path`. Raises FileNotFoundError when there is none,
    and Unreadable when it is no JSON, or not of the `form` (`base.forms`)."""
    return read_content(_content(path), f"'{path}'", form)


def read_content(content: bytes, what: str, form: Any) -> Any:
    """The data of what is kept as JSON. Raises Unreadable, with `what` it is."""
    try:
        data = parse_json(content)
        why = fault(form, data)
    except ValueError as error:
        why = f"it is no JSON: {error}" if content.strip() else "it is empty"
    if why:
        hint = "put back what it was, or remove it and what belongs to it"
        raise Unreadable(f"{what} cannot be read: {why}", hint=hint)
    return data


def _content(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except (IsADirectoryError, NotADirectoryError) as error:
        why = (error.strerror or str(error)).lower()
        raise Unreadable(f"'{path}' cannot be read: {why}") from None


def make_executable(path: Path) -> None:
    """For whoever may read it, as the umask was when it was made."""
    mode = path.stat().st_mode
    path.chmod(mode | (mode & 0o444) >> 2)


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
