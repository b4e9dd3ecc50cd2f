"""The generated files of templates/: compared with what they should be, and written.

What comes in: a folder and the files it should hold. What goes out: which of them
changed, what a reader sees as the difference, the files on disk. Never: a file
half-written, one rewritten that did not change, or one touched that is not ours.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path
from typing import Iterator, Mapping

from mlmax_pipelines.base.files import write_bytes

_SHOWN_LINES = 12
# Files of ours that are JSON, which has no comments that could say so.
_DATA = ".definition.json"


@dataclass(frozen=True)
class Changes:
    """What it takes to bring a folder up to date; names of its files, sorted.

    `removed` are files of ours that nothing generates any more.
    """

    folder: Path
    files: Mapping[str, bytes]
    written: tuple[str, ...]
    unchanged: tuple[str, ...]
    removed: tuple[str, ...]

    @property
    def stale(self) -> bool:
        return bool(self.written or self.removed)


def compare(
    folder: Path, files: Mapping[str, bytes], header: bytes, complete: bool
) -> Changes:
    """How `folder` differs from `files`.

    With `complete`, YAML files that start with `header`, and definitions, go when
    they are not in `files`.
    """
    written = [name for name in sorted(files) if _read(folder / name) != files[name]]
    return Changes(
        folder,
        files,
        tuple(written),
        tuple(name for name in sorted(files) if name not in written),
        tuple(_left_over(folder, files, header)) if complete else (),
    )


def apply(changes: Changes) -> None:
    """Write and remove what `changes` says; every file is whole at any moment."""
    changes.folder.mkdir(parents=True, exist_ok=True)
    for name in changes.written:
        write_bytes(changes.folder / name, changes.files[name])
    for name in changes.removed:
        (changes.folder / name).unlink(missing_ok=True)


def differences(changes: Changes) -> Iterator[str]:
    """For each file that differs, its name and the first lines that do."""
    for name in changes.written:
        old = _read(changes.folder / name)
        if old is None:
            yield f"{name}: missing"
            continue
        lines = _difference(old, changes.files[name])
        yield f"{name}: differs"
        yield from (f"    {line}" for line in lines[:_SHOWN_LINES])
        if len(lines) > _SHOWN_LINES:
            yield f"    ... {len(lines) - _SHOWN_LINES} more lines of difference"
    for name in changes.removed:
        yield f"{name}: no spec makes it any more"


def differ_only_in(changes: Changes, part: re.Pattern[bytes]) -> bool:
    """Whether all files that differ are the same once what `part` matches is left out.

    A file that is missing or left over differs as a whole.
    """
    return not changes.removed and all(
        part.sub(b"", _read(changes.folder / name) or b"")
        == part.sub(b"", changes.files[name])
        for name in changes.written
    )


def _difference(old: bytes, new: bytes) -> list[str]:
    from difflib import unified_diff

    before, after = (side.decode(errors="replace").splitlines() for side in (old, new))
    return list(unified_diff(before, after, lineterm="", n=1))[2:]


def _left_over(
    folder: Path, files: Mapping[str, bytes], header: bytes
) -> Iterator[str]:
    for path in sorted(folder.glob("*")):
        ours = path.name.endswith(_DATA) or (
            path.suffix == ".yaml" and (_read(path) or b"").startswith(header)
        )
        if ours and path.name not in files:
            yield path.name


def _read(path: Path) -> bytes | None:
    try:
        return path.read_bytes()
    except FileNotFoundError:
        return None
