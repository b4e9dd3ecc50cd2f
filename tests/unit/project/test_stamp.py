"""The stamp of an up-to-date templates/: what makes it invalid, and what does not."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from mlmax_pipelines.project import stamp


@pytest.fixture
def project(tmp_path: Path) -> Path:
    for name in (
        "pipelines/a.yaml",
        "modules/m.yaml",
        "envs/local.yaml",
        "templates/a.yaml",
        "src/job.py",
        "data/in.csv",
        "notes.txt",
    ):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text(name)
    stamp.save(tmp_path, stamp.specs_digest(tmp_path), ["src", "data/in.csv"])
    return tmp_path


def test_nothing_changed(project: Path) -> None:
    assert stamp.is_current(project)


@pytest.mark.parametrize(
    "name",
    [
        "pipelines/a.yaml",
        "pipelines/new.yaml",
        "modules/m.yaml",
        "envs/local.yaml",
        "templates/a.yaml",
        "templates/new.yaml",
        "src/job.py",
        "src/new.py",
        "data/in.csv",
    ],
)
def test_a_changed_or_new_file_counts(project: Path, name: str) -> None:
    (project / name).write_text("something else")
    assert not stamp.is_current(project)


@pytest.mark.parametrize("name", ["modules/m.yaml", "src/job.py", "data/in.csv"])
def test_a_removed_file_counts(project: Path, name: str) -> None:
    (project / name).unlink()
    assert not stamp.is_current(project)


def test_other_files_do_not_count(project: Path) -> None:
    (project / "notes.txt").write_text("something else")
    (project / "src" / "__pycache__").mkdir()
    (project / "src" / "__pycache__" / "job.pyc").write_text("")
    assert stamp.is_current(project)


def test_a_spec_touched_but_not_changed_does_not_count(project: Path) -> None:
    os.utime(project / "pipelines" / "a.yaml", (1, 1))
    assert stamp.is_current(project)


def test_a_spec_edited_while_it_was_compiled_counts(project: Path) -> None:
    before = stamp.specs_digest(project)
    (project / "pipelines" / "a.yaml").write_text("edited meanwhile")
    stamp.save(project, before, ["src"])
    assert not stamp.is_current(project)


@pytest.mark.parametrize("text", ["", "{", "[]", '{"specs": 1}'])
def test_a_broken_stamp_is_no_stamp(project: Path, text: str) -> None:
    (project / ".mlmax" / "create.json").write_text(text)
    assert not stamp.is_current(project)


def test_a_pipe_and_a_name_that_is_no_text_are_not_stumbled_over(project: Path) -> None:
    os.mkfifo(project / "modules" / "pipe.yaml")
    before = stamp.specs_digest(project)
    (project / "modules" / os.fsdecode(b"caf\xe9.yaml")).write_text("")
    assert stamp.specs_digest(project) != before
