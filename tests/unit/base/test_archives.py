from __future__ import annotations

import io
import os
import tarfile
from pathlib import Path

import pytest

from mlmax_pipelines.base import archives


def make_folder(folder: Path, seconds: int) -> Path:
    (folder / "sub").mkdir(parents=True)
    for name, text in (("b.txt", "b"), ("a.txt", "a"), ("sub/c.txt", "c")):
        (folder / name).write_text(text)
        os.utime(folder / name, (seconds, seconds))
    return folder


def test_the_same_files_give_the_same_bytes(tmp_path: Path) -> None:
    archives.pack(make_folder(tmp_path / "1", 1_000), tmp_path / "1.tar.gz")
    archives.pack(make_folder(tmp_path / "2", 2_000_000), tmp_path / "other.tar.gz")
    first = (tmp_path / "1.tar.gz").read_bytes()
    assert first == (tmp_path / "other.tar.gz").read_bytes()


def test_a_folder_comes_back_as_it_was(tmp_path: Path) -> None:
    folder = make_folder(tmp_path / "in", 1_000)
    (folder / "a.txt").chmod(0o755)
    archives.pack(folder, tmp_path / "x.tar.gz")
    archives.unpack(tmp_path / "x.tar.gz", tmp_path / "out")
    assert (tmp_path / "out" / "sub" / "c.txt").read_text() == "c"
    assert os.access(tmp_path / "out" / "a.txt", os.X_OK)
    assert not os.access(tmp_path / "out" / "b.txt", os.X_OK)


def test_names_and_contents_decide_the_digest(tmp_path: Path) -> None:
    folder = make_folder(tmp_path / "in", 1_000)
    files = archives.code_files(tmp_path, ["in"])
    before = archives.digest(files)
    (folder / "a.txt").rename(folder / "d.txt")
    assert archives.digest(archives.code_files(tmp_path, ["in"])) != before


def test_code_is_what_people_wrote(tmp_path: Path) -> None:
    code = make_folder(tmp_path / "src", 1_000)
    for name in ("__pycache__/a.pyc", ".git/config", "notes.log", "sub/big.bin"):
        (code / name).parent.mkdir(exist_ok=True)
        (code / name).write_text("left behind")
    (tmp_path / ".gitignore").write_text("*.log\n")
    (code / "sub" / ".gitignore").write_text("*.bin\n")
    names = [name for name, _ in archives.code_files(tmp_path, ["src"])]
    assert names == ["src/a.txt", "src/b.txt", "src/sub/.gitignore", "src/sub/c.txt"]


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
    with pytest.raises(archives.UnsafeArchive, match="out of it|device or pipe"):
        archives.unpack(path, tmp_path / "deep" / "out")
    assert not (tmp_path / "deep").exists()


def test_nothing_is_written_through_a_link_in_the_archive(tmp_path: Path) -> None:
    (tmp_path / "out").mkdir()
    (tmp_path / "elsewhere").mkdir()
    (tmp_path / "out" / "sub").symlink_to(tmp_path / "elsewhere")
    path = tar_with(tmp_path / "x.tar.gz", member("sub/file"))
    with pytest.raises(archives.UnsafeArchive, match="through a link"):
        archives.unpack(path, tmp_path / "out")
    assert not list((tmp_path / "elsewhere").iterdir())


def test_links_within_the_archive_are_kept(tmp_path: Path) -> None:
    link = member("sub/link", tarfile.SYMTYPE, "../good")
    path = tar_with(tmp_path / "x.tar.gz", member("good"), link)
    archives.unpack(path, tmp_path / "out")
    assert (tmp_path / "out" / "sub" / "link").read_text() == "evil"


def test_what_is_no_archive_is_refused(tmp_path: Path) -> None:
    (tmp_path / "x.tar.gz").write_bytes(b"no archive")
    with pytest.raises(archives.UnsafeArchive, match=r"cannot unpack 'x.tar.gz'"):
        archives.unpack(tmp_path / "x.tar.gz", tmp_path / "out")
