"""Files that are whole or not at all."""

from __future__ import annotations

import os
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import Barrier

import pytest

from mlmax_pipelines.base import files
from mlmax_pipelines.base.forms import Has


def test_a_file_is_replaced_whole(tmp_path: Path) -> None:
    path = tmp_path / "a.json"
    files.write_json(path, {"a": 1})
    files.write_json(path, {"a": [2]})
    assert files.read_json(path) == {"a": [2]}
    assert path.read_bytes() == b'{"a":[2]}'
    assert [item.name for item in tmp_path.iterdir()] == ["a.json"]


def test_a_name_may_be_as_long_as_the_disk_allows(tmp_path: Path) -> None:
    path = tmp_path / ("x" * 255)
    files.write_json(path, 1)
    assert files.create_json(path, 2) is False
    assert files.read_json(path) == 1


def test_what_cannot_be_written_leaves_nothing_behind(tmp_path: Path) -> None:
    (tmp_path / "a").mkdir()
    with pytest.raises(OSError):
        files.write_bytes(tmp_path / "a", b"x")
    assert [item.name for item in tmp_path.iterdir()] == ["a"]


def test_one_of_many_makes_a_file(tmp_path: Path) -> None:
    path, start = tmp_path / "a.json", Barrier(8)

    def make(number: int) -> bool:
        start.wait()
        return files.create_json(path, number)

    with ThreadPoolExecutor(8) as pool:
        made = list(pool.map(make, range(8)))
    assert made.count(True) == 1
    assert files.read_json(path) == made.index(True)
    assert [item.name for item in tmp_path.iterdir()] == ["a.json"]


def test_a_lock_is_held_by_one_at_a_time(tmp_path: Path) -> None:
    path, counter = tmp_path / "deep" / "lock", tmp_path / "count"
    counter.write_text("0")

    def count(_: int) -> None:
        with files.locked(path):
            counter.write_text(str(int(counter.read_text()) + 1))

    with ThreadPoolExecutor(4) as pool:
        list(pool.map(count, range(40)))
    assert counter.read_text() == "40"


def test_a_folder_goes_with_all_in_it(tmp_path: Path) -> None:
    (tmp_path / "a" / "b").mkdir(parents=True)
    files.remove(tmp_path / "a")
    assert not (tmp_path / "a").exists()


@pytest.mark.parametrize(
    ("content", "why"),
    [
        ("", "it is empty"),
        (" \n", "it is empty"),
        ("{", "it is no JSON: "),
        ("\udcff", "it is no JSON: "),
        ("[" * 9999, "it is no JSON: nested deeper than"),
        ("[1]", "it must be an object, found a list"),
        ("{}", "it has no 'a'"),
        ('{"a": 1}', "'a' must be text, found a number"),
    ],
)
def test_what_is_not_as_it_was_written_is_said(
    tmp_path: Path, content: str, why: str
) -> None:
    path = tmp_path / "a.json"
    path.write_bytes(content.encode("utf-8", "surrogateescape"))
    with pytest.raises(files.Unreadable) as error:
        files.read_json(path, Has(("a",), {"a": str}))
    assert f"'{path}' cannot be read: {why}" in str(error.value)


def test_a_folder_is_no_json(tmp_path: Path) -> None:
    with pytest.raises(files.Unreadable, match="is a directory"):
        files.read_json(tmp_path)


def flushed(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """What is asked to be on the disk, as it is called then."""
    found: list[str] = []

    def fsync(descriptor: int) -> None:
        found.append(Path(os.readlink(f"/proc/self/fd/{descriptor}")).name)

    monkeypatch.setattr(os, "fsync", fsync)
    return found


@pytest.mark.skipif(sys.platform != "linux", reason="descriptors have names there")
def test_what_has_to_last_is_on_the_disk_before_it_has_its_name(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    found = flushed(monkeypatch)
    files.write_json(tmp_path / "a.json", 1)
    assert found == []
    files.write_json(tmp_path / "a.json", 2, lasting=True)
    files.create_json(tmp_path / "b.json", 3)
    first, folder, second, again = found
    assert first.startswith(".") and second.startswith(".")
    assert folder == again == tmp_path.name
    assert not files.create_json(tmp_path / "b.json", 4)
