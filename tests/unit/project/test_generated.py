"""The folder of generated files: what is written, kept, removed, shown."""

from __future__ import annotations

import re
from pathlib import Path

from mlmax_pipelines.project.generated import (
    Changes,
    apply,
    compare,
    differ_only_in,
    differences,
)

HEADER = b"# generated"


def changes(folder: Path, files: dict[str, bytes], complete: bool = True) -> Changes:
    return compare(folder, files, HEADER, complete)


def test_only_what_differs_is_written(tmp_path: Path) -> None:
    (tmp_path / "same.yaml").write_bytes(b"same")
    (tmp_path / "old.yaml").write_bytes(b"old")
    before = (tmp_path / "same.yaml").stat().st_ino
    found = changes(
        tmp_path, {"same.yaml": b"same", "old.yaml": b"new", "more.yaml": b"more"}
    )
    apply(found)
    assert (found.written, found.unchanged) == (
        ("more.yaml", "old.yaml"),
        ("same.yaml",),
    )
    assert (tmp_path / "same.yaml").stat().st_ino == before
    assert {path.name: path.read_bytes() for path in tmp_path.iterdir()} == {
        "same.yaml": b"same",
        "old.yaml": b"new",
        "more.yaml": b"more",
    }


def test_a_file_of_ours_without_a_spec_goes_and_others_stay(tmp_path: Path) -> None:
    (tmp_path / "gone.yaml").write_bytes(HEADER + b" from gone")
    (tmp_path / "gone.definition.json").write_bytes(b"{}")
    (tmp_path / "mine.yaml").write_bytes(b"# by hand")
    found = changes(tmp_path, {})
    apply(found)
    assert found.removed == ("gone.definition.json", "gone.yaml")
    assert [path.name for path in tmp_path.iterdir()] == ["mine.yaml"]


def test_nothing_goes_when_only_some_were_generated(tmp_path: Path) -> None:
    (tmp_path / "other.yaml").write_bytes(HEADER)
    assert not changes(tmp_path, {}, complete=False).stale


def test_differences_show_the_lines_that_differ(tmp_path: Path) -> None:
    (tmp_path / "a.yaml").write_bytes(b"one\ntwo\nthree\n")
    (tmp_path / "gone.yaml").write_bytes(HEADER)
    found = changes(tmp_path, {"a.yaml": b"one\n2\nthree\n", "b.yaml": b""})
    shown = list(differences(found))
    assert shown[0] == "a.yaml: differs"
    assert "    -two" in shown
    assert "    +2" in shown
    assert shown[-2:] == ["b.yaml: missing", "gone.yaml: no spec makes it any more"]


def test_a_long_difference_is_cut(tmp_path: Path) -> None:
    (tmp_path / "a.yaml").write_bytes(b"x\n" * 100)
    found = changes(tmp_path, {"a.yaml": b"y\n" * 100})
    assert list(differences(found))[-1].endswith("more lines of difference")


def test_files_may_differ_only_in_one_part(tmp_path: Path) -> None:
    part = re.compile(rb"<.*>")
    (tmp_path / "a.yaml").write_bytes(b"one <old> two")
    (tmp_path / "same.yaml").write_bytes(b"same")
    same = {"same.yaml": b"same"}
    assert differ_only_in(changes(tmp_path, {"a.yaml": b"one <new> two", **same}), part)
    more = {"a.yaml": b"one <new> 2", **same}
    assert not differ_only_in(changes(tmp_path, more), part)
    missing = {"a.yaml": b"one <new> two", "b.yaml": b"new", **same}
    assert not differ_only_in(changes(tmp_path, missing), part)
    (tmp_path / "gone.yaml").write_bytes(HEADER)
    gone = {"a.yaml": b"one <new> two", **same}
    assert not differ_only_in(changes(tmp_path, gone), part)
