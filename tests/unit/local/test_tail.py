from __future__ import annotations

from pathlib import Path

import pytest

from mlmax_pipelines.local import tail


def texts(path: Path, after: int, ended: bool) -> list[str]:
    """The lines; each stands in the file where it is said to."""
    found = list(tail.lines(path, after, ended))
    content = path.read_bytes() if path.exists() else b""
    for text, start in found:
        seen = text.partition(" [and ")[0].encode()
        line = content[start:].partition(b"\n")[0].rstrip(b"\r")
        assert line.startswith(seen) or line.endswith(seen)
        assert start == 0 or content[start - 1 : start] == b"\n"
    return [text for text, _ in found]


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
    assert texts(tmp_path / "none", 0, True) == []
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
    assert texts(path, after, ended) == expected


LONG = tail.LONGEST_BYTES


@pytest.mark.parametrize("chunk", [1000, 1 << 20])
def test_of_a_line_without_end_the_beginning_is_shown(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, chunk: int
) -> None:
    monkeypatch.setattr(tail, "_CHUNK", chunk)
    path = tmp_path / "log"
    path.write_bytes(b"before\n" + b"x" * (LONG + 5_000) + b"\nafter\nhalf")
    long = "x" * LONG + " [and 5,000 bytes more]"
    assert texts(path, 0, True) == ["before", long, "after", "half"]
    assert texts(path, 2, True) == ["after", "half"]
    assert tail.end(path, 3) == [long, "after", "half"]


@pytest.mark.parametrize("chunk", [7, 1000, 1 << 20])
def test_of_a_progress_bar_the_last_state_is_shown(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, chunk: int
) -> None:
    monkeypatch.setattr(tail, "_CHUNK", chunk)
    path = tmp_path / "log"
    states = "".join(f"\r{number} %" for number in range(200))
    path.write_text(f"begin\n{states}\nend\n")
    assert texts(path, 0, True) == ["begin", "199 %", "end"]


def test_the_end_is_read_without_what_is_before_it(tmp_path: Path) -> None:
    path = tmp_path / "log"
    path.write_bytes(b"x" * (3 * LONG) + b"\none\ntwo\n")
    assert tail.end(path, 2) == ["one", "two"]
    path.write_bytes(b"\x00\x01\x02\x03\n" * 3 + b"one")
    assert tail.end(path, 9) == ["[binary data]", "one"]
    path.write_bytes(b"")
    assert tail.end(path, 9) == []
    path.write_bytes(b"y" * (3 * LONG))
    assert len(tail.end(path, 1)[0]) < LONG + 100
