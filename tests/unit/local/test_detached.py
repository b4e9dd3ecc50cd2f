"""The process of an execution, as the backend starts it."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from mlmax_pipelines.backends.contract import ExecutionRecord
from mlmax_pipelines.backends.local import LocalBackend
from mlmax_pipelines.compiled import CompiledPipeline
from mlmax_pipelines.environment import Environment

LISTENER = """
import json

def notify(root, environment, execution):
    record = next(root.glob(".mlmax/*/executions/p/*/record.json"))
    with open(root / "told", "a") as told:
        status = json.loads(record.read_text())["status"]
        told.write(f"{environment} {execution} {status}\\n")

def fail(root, environment, execution):
    raise RuntimeError("nobody listens")
"""


@pytest.fixture
def root(tmp_path: Path) -> Iterator[Path]:
    """A folder of modules that an execution can import, as its caller can."""
    (tmp_path / "hears.py").write_text(LISTENER)
    sys.path.append(str(tmp_path))
    yield tmp_path
    sys.path.remove(str(tmp_path))


def run(root: Path, listener: str, state: str = "Succeed") -> ExecutionRecord:
    states = {"A": {"Type": state}}
    definition = {"StartAt": "A", "States": states}
    pipeline = CompiledPipeline("p", "", "Pipeline", (), definition, {}, (), ())
    backend = LocalBackend(root, Environment("test", "local"), listener)
    name = backend.start(pipeline, {}).name
    list(backend.events(name, follow=True))
    return backend.describe(name)


def log(root: Path, record: ExecutionRecord) -> str:
    folder = root / ".mlmax/test/executions/p" / record.name
    return (folder / "runner.log").read_text()


@pytest.mark.parametrize("state, end", [("Succeed", "SUCCEEDED"), ("Fail", "FAILED")])
def test_an_execution_tells_of_its_start_and_its_end(
    root: Path, state: str, end: str
) -> None:
    record = run(root, "hears:notify", state)
    told = (root / "told").read_text().splitlines()
    assert told == [f"test {record.id} RUNNING", f"test {record.id} {end}"]
    assert log(root, record) == ""


def test_a_listener_that_is_not_there_is_named_and_the_execution_runs(
    root: Path,
) -> None:
    record = run(root, "no_such_module:notify")
    assert record.status == "SUCCEEDED"
    assert "No module named 'no_such_module'" in log(root, record)


def test_a_listener_that_fails_is_named_and_the_execution_runs(root: Path) -> None:
    record = run(root, "hears:fail")
    assert record.status == "SUCCEEDED"
    assert "nobody listens" in log(root, record)
