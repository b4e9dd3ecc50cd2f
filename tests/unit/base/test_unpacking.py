from __future__ import annotations

import io
import os
import shutil
import tarfile
from pathlib import Path

import pytest

from mlmax_pipelines.base import unpacking


def tar_with(path: Path, *members: tarfile.TarInfo) -> Path:
    with tarfile.open(path, "w:gz") as archive:
        for member in members:
            content = b"evil" if member.isreg() else b""
            member.size = len(content)
            archive.addfile(member, io.BytesIO(content))
    return path


def member(name: str, kind: bytes = tarfile.REGTYPE, link: str = "") -> tarfile.TarInfo:
    info = tarfile.TarInfo(name)
    info.type, info.linkname = kind, link
    return info


@pytest.mark.parametrize(
    "bad",
    [
        member("../escaped"),
        member("a/../../escaped"),
        member("/escaped"),
        member("link", tarfile.SYMTYPE, "../../escaped"),
        member("link", tarfile.SYMTYPE, "/etc/passwd"),
        member("link", tarfile.LNKTYPE, "../escaped"),
        member("pipe", tarfile.FIFOTYPE),
        member("device", tarfile.CHRTYPE),
    ],
    ids=lambda info: f"{info.name}-{info.linkname}",
)
def test_an_archive_that_would_leave_its_folder_is_refused(
    tmp_path: Path, bad: tarfile.TarInfo
) -> None:
    path = tar_with(tmp_path / "x.tar.gz", member("good"), bad)
    with pytest.raises(unpacking.UnsafeArchive, match="out of it|device or pipe"):
        unpacking.unpack(path, tmp_path / "deep" / "out")
    assert not (tmp_path / "deep").exists()


def test_nothing_is_written_through_a_link_in_the_archive(tmp_path: Path) -> None:
    (tmp_path / "out").mkdir()
    (tmp_path / "elsewhere").mkdir()
    (tmp_path / "out" / "sub").symlink_to(tmp_path / "elsewhere")
    path = tar_with(tmp_path / "x.tar.gz", member("sub/file"))
    with pytest.raises(unpacking.UnsafeArchive, match="through a link"):
        unpacking.unpack(path, tmp_path / "out")
    assert not list((tmp_path / "elsewhere").iterdir())


def test_links_within_the_archive_are_kept(tmp_path: Path) -> None:
    link = member("sub/link", tarfile.SYMTYPE, "../good")
    path = tar_with(tmp_path / "x.tar.gz", member("good"), link)
    unpacking.unpack(path, tmp_path / "out")
    assert (tmp_path / "out" / "sub" / "link").read_text() == "evil"


def test_what_is_no_archive_is_refused(tmp_path: Path) -> None:
    (tmp_path / "x.tar.gz").write_bytes(b"no archive")
    with pytest.raises(unpacking.UnsafeArchive, match=r"cannot unpack 'x.tar.gz'"):
        unpacking.unpack(tmp_path / "x.tar.gz", tmp_path / "out")


def test_an_archive_may_begin_with_the_folder_itself(tmp_path: Path) -> None:
    path = tar_with(
        tmp_path / "x.tar.gz", member("./", tarfile.DIRTYPE), member("./good")
    )
    unpacking.unpack(path, tmp_path / "out")
    assert (tmp_path / "out" / "good").read_text() == "evil"


def test_a_looped_link_in_an_archive_is_refused(tmp_path: Path) -> None:
    loop = member("loop", tarfile.SYMTYPE, "loop")
    path = tar_with(tmp_path / "x.tar.gz", loop, member("loop/file"))
    with pytest.raises(unpacking.UnsafeArchive):
        unpacking.unpack(path, tmp_path / "out")


def test_what_would_fill_the_disk_is_refused_before_it_does(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tar_with(tmp_path / "x.tar.gz", *(member(f"{n}") for n in range(100)))
    disk = shutil.disk_usage(tmp_path)._replace(total=1_000_000, free=320_000)
    monkeypatch.setattr(shutil, "disk_usage", lambda folder: disk)
    with pytest.raises(unpacking.UnsafeArchive, match="'x.tar.gz' would fill the disk"):
        unpacking.unpack(path, tmp_path / "deep" / "out")
    assert not (tmp_path / "deep").exists()


@pytest.mark.parametrize(("umask", "mode"), [(0o077, 0o700), (0o027, 0o750)])
def test_files_are_for_whom_the_umask_leaves_them(
    tmp_path: Path, umask: int, mode: int
) -> None:
    (tmp_path / "program").write_text("x")
    (tmp_path / "program").chmod(0o755)
    archive = tmp_path / "a.tar"
    with tarfile.open(archive, "w") as made:
        made.add(tmp_path / "program", "program")
    before = os.umask(umask)
    try:
        unpacking.unpack(archive, tmp_path / "out")
    finally:
        os.umask(before)
    assert (tmp_path / "out" / "program").stat().st_mode & 0o777 == mode
