from __future__ import annotations

import os
from hashlib import sha256
from pathlib import Path

import pytest

from mlmax_pipelines.artifacts.digests import refresh
from mlmax_pipelines.base import archives


@pytest.fixture
def read(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The names of the files that were read, in that order."""
    names: list[str] = []
    whole = archives.file_digest

    def watched(path: Path) -> str:
        names.append(path.name)
        return whole(path)

    monkeypatch.setattr(archives, "file_digest", watched)
    return names


def test_a_file_is_read_once_for_as_long_as_it_stays_as_it_is(
    tmp_path: Path, read: list[str]
) -> None:
    files = {name: tmp_path / name for name in ("a", "b")}
    for name, path in files.items():
        path.write_text(name)
    first = refresh(files, tmp_path / "kept.json")
    assert first["a"] == sha256(b"a").hexdigest()
    assert refresh(files, tmp_path / "kept.json") == first
    assert read == ["a", "b"]


def test_a_file_of_the_same_size_and_time_is_read_again(
    tmp_path: Path, read: list[str]
) -> None:
    file = tmp_path / "a"
    file.write_text("old")
    before = file.stat()
    refresh({"a": file}, tmp_path / "kept.json")
    file.write_text("new")
    os.utime(file, ns=(before.st_atime_ns, before.st_mtime_ns - 1))
    os.utime(file, ns=(before.st_atime_ns, before.st_mtime_ns))
    found = refresh({"a": file}, tmp_path / "kept.json")
    assert found == {"a": sha256(b"new").hexdigest()}
    assert read == ["a", "a"]


def test_what_is_gone_is_forgotten_and_what_is_broken_is_read_again(
    tmp_path: Path, read: list[str]
) -> None:
    file, kept = tmp_path / "a", tmp_path / "kept.json"
    file.write_text("x")
    refresh({"a": file, "b": file}, kept)
    refresh({"a": file}, kept)
    assert '"b"' not in kept.read_text()
    kept.write_text('{"a": [')
    assert refresh({"a": file}, kept) == {"a": sha256(b"x").hexdigest()}


def test_digests_are_told_where_they_cannot_be_kept(tmp_path: Path) -> None:
    file = tmp_path / "a"
    file.write_text("x")
    found = refresh({"a": file}, tmp_path / "no such folder" / "kept.json")
    assert found == {"a": sha256(b"x").hexdigest()}
