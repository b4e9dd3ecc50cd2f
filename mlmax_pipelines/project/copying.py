"""Objects copied out of a store, as far as they can be files.

What comes in: what a store has, and where it is to go. What goes out: files; and what
could be none, each with a reason. Never: one object that cannot be copied in the way of
the others, or a file outside of the folder.

A key of S3 is any text (Amazon S3 User Guide, "Naming Amazon S3 objects"): it may end
in a slash, as that of the marker that the console makes for a folder does, have `..` in
it, or be the folder of other keys.
"""

from __future__ import annotations

import errno
from collections.abc import Callable, Iterable, Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from mlmax_pipelines.artifacts.contract import Artifact
from mlmax_pipelines.base.errors import UsageError

if TYPE_CHECKING:
    from mlmax_pipelines.backends.contract import Backend

# What the operating system says to a path that cannot be, whatever the disk is like.
_NO_PATH = (
    errno.ENOTDIR,
    errno.EISDIR,
    errno.EEXIST,
    errno.ENAMETOOLONG,
    errno.EINVAL,
    errno.EILSEQ,
    errno.ELOOP,
)
_SHOWN = 10


class LeftOut(NamedTuple):
    """What is not copied, and why."""

    uri: str
    why: str


def fitting(
    found: Sequence[Artifact], base: str
) -> tuple[list[Artifact], list[LeftOut]]:
    """Those that can be files, by their keys below `base`, and the others."""
    keys = {item.uri: item.uri[len(base) :] for item in found}
    folders = {above for key in keys.values() for above in _above(key)}
    taken: set[str] = set()
    fit, left_out = [], []
    for item in found:
        key = keys[item.uri]
        why = _why_not(key, folders, taken)
        taken.add(_path(key))
        if why:
            left_out.append(LeftOut(item.uri, why))
        else:
            fit.append(item)
    return fit, left_out


def _why_not(key: str, folders: set[str], taken: set[str]) -> str:
    if not key or key.endswith("/"):
        return "it marks a folder"
    if {".", ".."} & set(key.split("/")) or "\0" in key:
        return "its key is no path"
    if _path(key) in folders:
        return "it stands where others need a folder"
    return "another key has the same path" if _path(key) in taken else ""


def _path(key: str) -> str:
    return "/".join(part for part in key.split("/") if part)


def _above(key: str) -> Iterator[str]:
    """The folders that a key is in."""
    parts = _path(key).split("/")
    marker = len(parts) + 1 if key.endswith("/") else len(parts)
    return ("/".join(parts[:end]) for end in range(1, marker))


def copy(
    source: Backend, items: Iterable[Artifact], place: Callable[[str], Path]
) -> list[LeftOut]:
    """Copy each to where `place` has its address; those that could not be put there, or
    that `place` raises UsageError for."""
    return [
        LeftOut(item.uri, why)
        for item in items
        if (why := _copy(source, item.uri, place))
    ]


def _copy(source: Backend, uri: str, place: Callable[[str], Path]) -> str:
    """Why it could not be put where it has its place; "" once it is there."""
    try:
        path = place(uri)
    except UsageError as error:
        return error.problem.message
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        if path.is_dir():
            return f"'{path}' is a folder"
        source.fetch(uri, path)
    except OSError as error:
        if error.errno not in _NO_PATH:
            raise
        return f"{(error.strerror or str(error)).lower()}: '{error.filename}'"
    return ""


def told(left_out: Sequence[LeftOut]) -> Iterator[str]:
    """A line for each, but for the many."""
    for uri, why in left_out[:_SHOWN]:
        yield f"left out '{uri}': {why}"
    if len(left_out) > _SHOWN:
        yield f"left out {len(left_out) - _SHOWN} more"
