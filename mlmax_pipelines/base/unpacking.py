"""An archive that a job or a user made -> a folder.

What comes in: a tar, compressed or not. What goes out: what it holds, in a folder.
Never: unpacks a member that would land outside the folder, a link that points out of
it, a device, or more than the disk has room for.
"""

from __future__ import annotations

import os
import zlib
from pathlib import Path
from typing import TYPE_CHECKING

from mlmax_pipelines.base import files

if TYPE_CHECKING:
    import tarfile

# A disk is left with so much, or with a fiftieth; and gives files so much at once.
_SPARE_BYTES = 256 << 20
_BLOCK_BYTES = 4096


class UnsafeArchive(Exception):
    """An archive holds a member that must not be unpacked."""


def unpack(archive: Path, to: Path) -> None:
    """Unpack a tar, compressed or not. Raises UnsafeArchive, before anything is made.

    tarfile's own filter came with 3.10.12 and 3.11.4 only: the rule stands here, and
    the filter behind it where there is one.
    """
    import tarfile

    try:
        with tarfile.open(archive) as opened:
            opened.extraction_filter = getattr(tarfile, "data_filter", None)
            members = _checked(opened, archive.name, _free(to))
            to.mkdir(parents=True, exist_ok=True)
            for member in members:
                _extract(opened, member, to)
    except (tarfile.TarError, EOFError, OSError, RuntimeError, zlib.error) as error:
        # A RuntimeError is a link that leads to itself.
        raise UnsafeArchive(f"cannot unpack '{archive.name}': {error}") from None


def _free(folder: Path) -> int:
    """How many bytes may be written there so that the disk is not full afterwards."""
    from shutil import disk_usage

    there = next(place for place in (folder, *folder.parents) if place.is_dir())
    disk = disk_usage(there)
    return disk.free - min(_SPARE_BYTES, disk.total // 50)


def _checked(archive: tarfile.TarFile, name: str, free: int) -> list[tarfile.TarInfo]:
    """Its members, but for the folder itself, which many archives begin with."""
    members, needed = [], 0
    for member in archive:
        _check(member, name)
        # Also what is empty takes a block.
        needed += (member.size // _BLOCK_BYTES + 1) * _BLOCK_BYTES
        if needed > free:
            raise UnsafeArchive(
                f"'{name}' would fill the disk: it holds more than the "
                f"{max(0, free) / 1e9:.1f} GB there is room for"
            )
        if os.path.normpath(member.name) != os.curdir:
            members.append(member)
    return members


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
    archive.extract(member, to, set_attrs=False)
    if member.isreg() and member.mode & 0o100:
        files.make_executable(to / member.name)
