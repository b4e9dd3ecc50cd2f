from __future__ import annotations

from pathlib import Path

import pytest

from mlmax_pipelines.local import tail


def test_lines_are_followed_until_nobody_writes_any_more(tmp_path: Path) -> None:
    path = tmp_path / "log"
    looks = iter(range(100))
    writes = {1: b"one\ntw", 2: b"o\r\n", 3: b"half"}

    def done() -> bool:
        look = next(looks)
        with path.open("ab") as file:
            file.write(writes.get(look, b""))
        return look >= 4

    assert list(tail.follow(path, done)) == ["one", "two", "half"]


def test_what_was_written_before_the_end_is_read_after_it(tmp_path: Path) -> None:
    path = tmp_path / "log"

    def done() -> bool:
        path.write_bytes(b"last\n")
        return True

    assert list(tail.follow(path, done)) == ["last"]


def test_a_file_that_never_came_has_no_lines(tmp_path: Path) -> None:
    assert list(tail.follow(tmp_path / "none", lambda: True)) == []
    assert list(tail.lines(tmp_path / "none", 0, True)) == []
    assert tail.count(tmp_path / "none") == 0


@pytest.mark.parametrize("chunk", [1, 4, 1 << 20])
@pytest.mark.parametrize(
    ("after", "ended", "expected"),
    [
        (0, True, ["a", "bb", "c"]),
        (0, False, ["a", "bb"]),
        (1, True, ["bb", "c"]),
        (2, False, []),
        (5, True, []),
    ],
)
def test_lines_that_were_seen_are_left_out(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    chunk: int,
    after: int,
    ended: bool,
    expected: list[str],
) -> None:
    monkeypatch.setattr(tail, "_CHUNK", chunk)
    path = tmp_path / "log"
    path.write_bytes(b"a\nbb\nc")
    assert tail.count(path) == 2
    assert list(tail.lines(path, after, ended)) == expected
