from __future__ import annotations

import os
from pathlib import Path

import pytest

from mlmax_pipelines.base import archives, unpacking
from mlmax_pipelines.base.errors import UsageError


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
    unpacking.unpack(tmp_path / "x.tar.gz", tmp_path / "out")
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


def test_links_to_folders_of_the_project_are_followed(tmp_path: Path) -> None:
    code = make_folder(tmp_path / "src", 1_000)
    make_folder(tmp_path / "shared", 1_000)
    (code / "common").symlink_to(tmp_path / "shared")
    (code / "sub" / "self").symlink_to(code)
    names = [name for name, _ in archives.code_files(tmp_path, ["src"])]
    assert "src/common/sub/c.txt" in names and "src/common/a.txt" in names
    assert not any("self" in name for name in names)
    assert archives.data_files(tmp_path, "src/common")[0][0] == "src/common/a.txt"


@pytest.mark.parametrize("target", ["elsewhere", "elsewhere/a.txt"])
def test_a_link_out_of_the_project_is_refused_unless_it_is_ignored(
    tmp_path: Path, target: str
) -> None:
    root = tmp_path / "project"
    code = make_folder(root / "src", 1_000)
    make_folder(tmp_path / "elsewhere", 1_000)
    (code / "sub" / "link").symlink_to(tmp_path / target)
    for look in (
        lambda: archives.code_files(root, ["src"]),
        lambda: archives.data_files(root, "src"),
    ):
        with pytest.raises(UsageError, match="'src/sub/link' leads out of the project"):
            look()
    (root / ".gitignore").write_text("link\n")
    assert len(archives.code_files(root, ["src"])) == 3


def test_data_has_to_be_there_and_no_secret(tmp_path: Path) -> None:
    make_folder(tmp_path / "data", 1_000)
    assert archives.data_files(tmp_path, "data/a.txt") == [
        ("data/a.txt", tmp_path / "data/a.txt")
    ]
    with pytest.raises(UsageError, match=r"there is no file 'data/x' to ship"):
        archives.data_files(tmp_path, "data/x")
    (tmp_path / "data" / "prod.env").write_text("")
    with pytest.raises(UsageError, match=r"'data/prod.env' looks like a secret"):
        archives.data_files(tmp_path, "data")


def test_a_looped_link_is_no_file(tmp_path: Path) -> None:
    (tmp_path / "loop").symlink_to("loop")
    assert archives.walk(tmp_path) == []


def test_empty_folders_survive(tmp_path: Path) -> None:
    folder = make_folder(tmp_path / "in", 1_000)
    (folder / "sub" / "empty" / "deep").mkdir(parents=True)
    (folder / "linked").symlink_to("sub")
    archives.pack(folder, tmp_path / "x.tar.gz")
    unpacking.unpack(tmp_path / "x.tar.gz", tmp_path / "out")
    assert (tmp_path / "out" / "sub" / "empty" / "deep").is_dir()
    assert (tmp_path / "out" / "linked" / "c.txt").read_text() == "c"
