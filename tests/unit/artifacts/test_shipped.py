from __future__ import annotations

import os
from pathlib import Path

import pytest

from mlmax_pipelines.artifacts.shipped import shipped
from mlmax_pipelines.base.errors import UsageError


def test_the_key_of_a_file_says_what_is_in_it(tmp_path: Path) -> None:
    for name in ("one", "two"):
        (tmp_path / name).mkdir()
        (tmp_path / name / "x.csv").write_text("1")
    key, files = shipped(tmp_path / "one" / "x.csv")
    assert shipped(tmp_path / "two" / "x.csv")[0] == key
    assert files == [(key, tmp_path / "one" / "x.csv")]
    (tmp_path / "two" / "x.csv").write_text("2")
    assert shipped(tmp_path / "two" / "x.csv")[0] != key


def test_the_key_of_a_folder_says_what_its_files_are_called(tmp_path: Path) -> None:
    folder = tmp_path / "many"
    (folder / "sub").mkdir(parents=True)
    (folder / "sub" / "x").write_text("1")
    key, files = shipped(folder)
    assert key.endswith("/many/")
    assert files == [(f"{key}sub/x", folder / "sub" / "x")]
    (folder / "sub" / "x").rename(folder / "sub" / "y")
    assert shipped(folder)[0] != key


def test_links_in_what_a_user_names_are_followed(tmp_path: Path) -> None:
    (tmp_path / "elsewhere").mkdir()
    (tmp_path / "elsewhere" / "x").write_text("1")
    folder = tmp_path / "many"
    folder.mkdir()
    (folder / "linked").symlink_to(tmp_path / "elsewhere")
    (folder / "linked" / "back").symlink_to(folder)
    key, files = shipped(folder)
    assert [name for name, _ in files] == [f"{key}linked/x"]


def test_a_name_that_is_no_text_is_refused(tmp_path: Path) -> None:
    folder = tmp_path / "data"
    folder.mkdir()
    file = folder / os.fsdecode(b"caf\xe9")
    file.write_text("x")
    for path in (file, folder):
        with pytest.raises(UsageError, match="no UTF-8 text"):
            shipped(path)
