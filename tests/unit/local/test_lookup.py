from __future__ import annotations

import os
from pathlib import Path

import pytest

from mlmax_pipelines.base.errors import UsageError
from mlmax_pipelines.local import lookup
from mlmax_pipelines.local.executions import Executions


@pytest.fixture
def executions(tmp_path: Path) -> Executions:
    found = Executions(tmp_path / "executions")
    names = [("p", "same"), ("q", "same"), ("p", "only")]
    for moment, (pipeline, name) in enumerate(names, 1):
        folder = found.folder(pipeline, name)
        record = {"id": f"arn:aws:{pipeline}:{name}", "status": "SUCCEEDED"}
        lock = found.create(folder, record, {}, 0)
        assert lock is not None
        os.close(lock)
        os.utime(folder.path / "definition.json", (moment, moment))
    return found


@pytest.mark.parametrize(
    ("wanted", "path"),
    [
        ("latest", "p/only"),
        ("q/latest", "q/same"),
        ("only", "p/only"),
        ("p/same", "p/same"),
        ("arn:aws:q:same", "q/same"),
    ],
)
def test_one_is_found(executions: Executions, wanted: str, path: str) -> None:
    found = lookup.find(executions, wanted)
    assert f"{found.pipeline}/{found.name}" == path


@pytest.mark.parametrize(
    ("wanted", "message"),
    [
        ("same", "name of 2 executions: 'p/same', 'q/same'"),
        ("olny", "did you mean 'only'"),
        ("zzz", "'pipeline list' shows them"),
        ("arn:aws:r:same", "no execution 'arn:aws:r:same'"),
        ("r/latest", "no execution of 'r' yet"),
        ("../p", "no execution"),
    ],
)
def test_what_is_not_one_is_told(
    executions: Executions, wanted: str, message: str
) -> None:
    with pytest.raises(UsageError) as caught:
        lookup.find(executions, wanted)
    assert message in str(caught.value)


def test_the_first_one_has_to_be_started(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="there is no execution yet"):
        lookup.find(Executions(tmp_path), "latest")


def test_the_latest_is_one_of_which_something_is_known(executions: Executions) -> None:
    record = lookup.find(executions, "latest").path / "record.json"
    record.write_text("")
    found = lookup.find(executions, "latest")
    assert f"{found.pipeline}/{found.name}" == "q/same"
