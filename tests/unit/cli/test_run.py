"""`pipeline run`: what is given to an execution."""

from __future__ import annotations

from pathlib import Path

import pytest

from mlmax_pipelines.base.errors import UsageError
from mlmax_pipelines.cli.run import given_in_file, given_in_words
from tests.unit.cli.conftest import Pipeline


def test_a_value_may_hold_an_equals_sign() -> None:
    (given,) = given_in_words(["query=a=b"])
    assert (given.name, given.value, given.is_text) == ("query", "a=b", True)
    for wrong in ("query", "=b"):
        with pytest.raises(UsageError, match="is not NAME=VALUE"):
            given_in_words([wrong])


def test_an_input_is_given_once() -> None:
    with pytest.raises(UsageError, match="'--input a=...' is given twice"):
        given_in_words(["a=1", "b=1", "a=2"])


def test_paths_in_a_file_begin_where_it_is(tmp_path: Path) -> None:
    path = tmp_path / "given.yaml"
    path.write_text("data: in.txt\nn: 5\n")
    data, n = given_in_file(path)
    assert (data.name, data.value, data.folder) == ("data", "in.txt", tmp_path)
    assert n.value == 5 and n.where is not None and n.where.line == 2
    assert list(given_in_file(None)) == []
    with pytest.raises(UsageError, match="no file"):
        given_in_file(tmp_path / "gone.yaml")


def test_an_execution_nobody_waits_for_is_named(
    project: Path, pipeline: Pipeline
) -> None:
    started = pipeline(project, "run", "small", "--name", "one", "--no-wait")
    assert started.out == "one\n"
    assert "'pipeline status one' shows how it goes" in started.err
    assert pipeline(project, "status", "one", "--follow").code == 0


def test_wrong_inputs_start_nothing(project: Path, pipeline: Pipeline) -> None:
    wrong = pipeline(project, "run", "small", "-i", "txt=bye", "-i", "fail=perhaps")
    assert wrong.code == 2
    assert "did you mean 'text'?" in wrong.err and "2 errors" in wrong.err
    assert not (project / ".mlmax/local/executions").exists()
