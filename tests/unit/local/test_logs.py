from __future__ import annotations

import threading
from pathlib import Path

import pytest

from mlmax_pipelines.local import tail
from mlmax_pipelines.local.logs import Logs


def test_every_job_of_a_state_has_its_own_log(tmp_path: Path) -> None:
    logs = Logs(tmp_path / "logs")
    made = [logs.create(state) for state in ("A", "B", "A")]
    assert [path.name for path in made] == ["A.log", "B.log", "A@2.log"]
    assert Logs(tmp_path / "logs").list() == [
        ("A", made[0]),
        ("B", made[1]),
        ("A", made[2]),
    ]
    assert logs.list("A") == [("A", made[0]), ("A", made[2])]


@pytest.mark.parametrize("state", ["a/b", "../x", "Übung 1 (neu)", ".", "a.2", "%41"])
def test_any_state_name_makes_a_file_in_the_folder(tmp_path: Path, state: str) -> None:
    logs = Logs(tmp_path / "logs")
    path = logs.create(state)
    assert path.parent == tmp_path / "logs" and path.is_file()
    assert logs.list() == [(state, path)]


def test_names_that_look_alike_are_kept_apart(tmp_path: Path) -> None:
    logs = Logs(tmp_path / "logs")
    first = [logs.create("a"), logs.create("a@2"), logs.create("a")]
    assert len(set(first)) == 3


def test_jobs_at_the_same_time_get_different_logs(tmp_path: Path) -> None:
    logs = Logs(tmp_path / "logs")
    made: list[Path] = []
    threads = [
        threading.Thread(target=lambda: made.append(logs.create("A")))
        for _ in range(20)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(set(made)) == 20


def test_a_line_is_shown_once_it_is_whole(tmp_path: Path) -> None:
    path = tmp_path / "log"
    path.write_text("one\ntwo\nthr")
    assert [text for text, _ in tail.lines(path, 0, ended=False)] == ["one", "two"]
    assert [text for text, _ in tail.lines(path, 0, ended=True)] == [
        "one",
        "two",
        "thr",
    ]
    assert [text for text, _ in tail.lines(path, 2, ended=True)] == ["thr"]
    assert [text for text, _ in tail.lines(path, 3, ended=True)] == []


@pytest.mark.parametrize("after", [0, 1, 40_000, 79_999, 80_000, 99_999, 100_000])
def test_lines_that_were_seen_are_left_out(tmp_path: Path, after: int) -> None:
    # More than is read at a time, with lines that fall across the border.
    path = tmp_path / "log"
    lines = [f"line {number:06}, and more" for number in range(100_000)]
    path.write_text("\n".join(lines) + "\n")
    assert [text for text, _ in tail.lines(path, after, ended=False)] == lines[after:]


def test_following_ends_when_the_writer_is_done(tmp_path: Path) -> None:
    path = tmp_path / "log"
    done = threading.Event()
    lines = tail.follow(path, done.is_set)
    path.write_text("one\ntw")
    assert next(lines) == "one"
    with path.open("a") as file:
        file.write("o\nthr")
    assert next(lines) == "two"
    done.set()
    assert list(lines) == ["thr"]


def test_each_item_of_a_map_has_its_own(tmp_path: Path) -> None:
    logs = Logs(tmp_path / "logs")
    made = [logs.create("A", iteration) for iteration in ("0", "1", "1", "3.0")]
    names = ["A[0].log", "A[1].log", "A[1]@2.log", "A[3.0].log"]
    assert [path.name for path in made] == names
    assert [path for _, path in logs.list("A")] == made
    assert logs.list("A[1]") == [("A[1]", made[1]), ("A[1]", made[2])]
    assert Logs(tmp_path / "logs").create("A", "0").name == "A[0]@2.log"
