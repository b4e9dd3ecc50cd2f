"""A package that listens to executions, installed beside the command."""

from __future__ import annotations

from pathlib import Path

from tests.functional.conftest import Pipeline


def test_a_package_is_told_of_start_artifacts_and_end(
    pipeline: Pipeline, project: Path, diary: dict[str, str]
) -> None:
    result = pipeline("run", "small", "--name", "one", cwd=project, **diary)
    assert result.returncode == 0, result.stderr
    lines = [line.split() for line in (Path(diary["DIARY"])).read_text().splitlines()]
    assert [words[1:] for words in lines] == [
        ["start", "one", "RUNNING"],
        ["artifact", "one", "First.metrics"],
        ["artifact", "one", "First.out"],
        ["artifact", "one", "Second.metrics"],
        ["artifact", "one", "Second.out"],
        ["end", "one", "SUCCEEDED"],
    ]
    assert len({words[0] for words in lines}) == 1


def test_listeners_that_fail_are_named_and_fail_nothing(
    pipeline: Pipeline, project: Path, diary: dict[str, str]
) -> None:
    result = pipeline("run", "small", "--name", "one", cwd=project, **diary)
    assert result.returncode == 0, result.stderr
    assert "listener 'broken' failed in on_end: ValueError: out of ink" in result.stderr
    assert "listener 'gone' cannot be loaded: AttributeError" in result.stderr
    kept = project / ".mlmax/local/s3/artifacts/small/one"
    assert (kept / "evidence.json").is_file()


def test_looking_at_an_execution_tells_nobody(
    pipeline: Pipeline, project: Path, diary: dict[str, str]
) -> None:
    pipeline("run", "small", "--name", "one", cwd=project, **diary)
    book = Path(diary["DIARY"])
    book.unlink()
    for command in ("status", "report", "verify"):
        result = pipeline(command, "one", cwd=project, **diary)
        assert result.returncode == 0, result.stderr
    assert not book.exists()
