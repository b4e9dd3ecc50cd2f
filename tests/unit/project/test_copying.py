"""Objects whose keys can be no files stay where they are; the others are copied."""

from __future__ import annotations

import errno
import os
from pathlib import Path
from typing import Any

import pytest

from mlmax_pipelines.artifacts.contract import Artifact
from mlmax_pipelines.base.errors import UsageError
from mlmax_pipelines.project import copying

BASE = "s3://b/p/one/"


class Source:
    """A backend that gives every object its address."""

    def fetch(self, uri: str, to: Path) -> Path:
        to.write_text(uri)
        return to


SOURCE: Any = Source()


def of(*keys: str) -> list[Artifact]:
    return [Artifact(BASE + key, "S", "o", 1) for key in keys]


def test_keys_that_can_be_no_file_are_left_out_and_say_why() -> None:
    keys = {
        "S/o/": "it marks a folder",
        "S/o/../../../x": "its key is no path",
        "S/o/./x": "its key is no path",
        "S/o/a": "it stands where others need a folder",
        "S/o/b": "it stands where others need a folder",
        "": "it marks a folder",
    }
    good = ["S/o/a/file", "S/o/b/", "S/o/..x", "S/o//double"]
    fit, left_out = copying.fitting(of(*keys, *good), BASE)
    assert [item.uri for item in fit] == [
        BASE + key for key in good if not key.endswith("/")
    ]
    reasons = {uri.removeprefix(BASE): why for uri, why in left_out}
    assert reasons == {**keys, "S/o/b/": "it marks a folder"}


def test_of_two_keys_with_one_path_the_first_is_taken() -> None:
    fit, [other] = copying.fitting(of("S/o/x", "S/o//x"), BASE)
    assert len(fit) == 1 and other.why == "another key has the same path"


def test_what_is_in_the_way_keeps_nothing_else_from_being_copied(
    tmp_path: Path,
) -> None:
    (tmp_path / "file").write_text("mine")
    (tmp_path / "folder").mkdir()
    items = of("file/x", "folder", "ok/x", "n" * 300, "refused")

    def place(uri: str) -> Path:
        if uri.endswith("refused"):
            raise UsageError("not here")
        return tmp_path / uri.removeprefix(BASE)

    left_out = copying.copy(SOURCE, items, place)
    assert [item.uri.removeprefix(BASE)[:10] for item in left_out] == [
        "file/x",
        "folder",
        "n" * 10,
        "refused",
    ]
    assert (tmp_path / "file").read_text() == "mine"
    assert (tmp_path / "ok" / "x").read_text() == f"{BASE}ok/x"
    assert left_out[-1].why == "not here"


def test_a_full_disk_is_no_reason_to_go_on(tmp_path: Path) -> None:
    class Full(Source):
        def fetch(self, uri: str, to: Path) -> Path:
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC), str(to))

    full: Any = Full()
    with pytest.raises(OSError, match="No space left"):
        copying.copy(full, of("x"), lambda uri: tmp_path / "x")


def test_of_many_some_are_named() -> None:
    left_out = [copying.LeftOut(f"s3://{number}", "so") for number in range(12)]
    lines = list(copying.told(left_out))
    assert lines[0] == "left out 's3://0': so" and lines[-1] == "left out 2 more"
