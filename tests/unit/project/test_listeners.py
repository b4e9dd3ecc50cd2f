"""Listeners: found among installed packages, told, and never in the way."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from mlmax_pipelines.backends.contract import ExecutionRecord
from mlmax_pipelines.project import Project, executions, listeners
from tests.unit.project.conftest import execute

LISTENER = """
TOLD = []


class Ears:
    def on_start(self, record):
        TOLD.append(("start", record.name))

    def on_artifact(self, record, artifact):
        TOLD.append(("artifact", artifact.step, artifact.output))

    def on_end(self, record):
        TOLD.append(("end", record.status))


class Deaf:
    pass


def broken():
    raise ImportError("no such wheel")
"""
RECORD = ExecutionRecord("id", "one", "small", "dev", "RUNNING", 0.0)


@pytest.fixture
def install(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Any]:
    """`install(name=object)`: a package with these listeners; what they are told."""

    def make(**names: str) -> list[Any]:
        about = tmp_path / "installed" / "ears-1.0.dist-info"
        about.mkdir(parents=True)
        lines = [f"{name} = ears:{found}" for name, found in names.items()]
        text = "\n".join([f"[{listeners.GROUP}]", *lines, ""])
        (about / "entry_points.txt").write_text(text)
        (about / "METADATA").write_text("Name: ears\nVersion: 1.0\n")
        (about.parent / "ears.py").write_text(LISTENER)
        monkeypatch.syspath_prepend(str(about.parent))
        import ears  # type: ignore[import-not-found]

        told: list[Any] = ears.TOLD
        return told

    yield make
    sys.modules.pop("ears", None)


def unheard(line: str) -> None:
    raise AssertionError(line)


def test_without_packages_that_listen_nothing_is_searched(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.delitem(sys.modules, "importlib.metadata", raising=False)
    assert listeners.installed(unheard) == {}
    assert "importlib.metadata" not in sys.modules


def test_a_start_is_told_to_every_listener(install: Any) -> None:
    told = install(ears="Ears", deaf="Deaf")
    listeners.start(RECORD, unheard)
    assert told == [("start", "one")]


def test_one_that_cannot_be_made_is_named_and_the_others_are_told(
    install: Any,
) -> None:
    told, lines = install(broken="broken", ears="Ears"), list[str]()
    listeners.start(RECORD, lines.append)
    assert lines == ["listener 'broken' cannot be loaded: ImportError: no such wheel"]
    assert told == [("start", "one")]


def test_of_an_end_artifacts_are_told_first_and_all_of_it_once(
    install: Any, project: Project
) -> None:
    execute(project, "one")
    told = install(ears="Ears")
    backend = project.backend(project.environment("local"))
    record = backend.describe("one")
    assert listeners.end(backend, record, lambda: None, unheard, str)
    assert told == []
    evidence = project.root / ".mlmax/local/s3/artifacts/small/one/evidence.json"
    evidence.unlink()
    assert listeners.end(backend, record, lambda: None, unheard, str)
    assert told[-1] == ("end", "SUCCEEDED")
    assert told[:-1] == [
        ("artifact", step, output)
        for step in ("First", "Second")
        for output in ("metrics", "out")
    ]
    assert evidence.is_file()


def test_evidence_that_cannot_be_had_fails_nothing(project: Project) -> None:
    execute(project, "one")
    backend = project.backend(project.environment("local"))
    again = replace(backend.describe("one"), stop_time=1.0)

    def refuse() -> None:
        raise RuntimeError("no git here")

    lines: list[str] = []
    assert listeners.end(backend, again, refuse, lines.append, str) is None
    assert lines == ["listener 'evidence' failed in on_end: RuntimeError: no git here"]


@pytest.mark.parametrize("kept", [b"", b"{", b"[]", b"{}", b'{"execution": {}}'])
def test_evidence_that_cannot_be_read_is_told_and_left_alone(
    project: Project, kept: bytes
) -> None:
    execute(project, "one")
    backend = project.backend(project.environment("local"))
    record = backend.describe("one")
    backend.keep(record.id, "evidence.json", kept)
    lines: list[str] = []
    assert listeners.end(backend, record, lambda: None, lines.append, str) is None
    assert lines[0].startswith("evidence.json of execution 'one' cannot be read: it ")
    assert backend.kept(record.id, "evidence.json") == kept


def test_what_runs_has_not_ended(project: Project) -> None:
    backend = project.backend(project.environment("local"))
    assert listeners.end(backend, RECORD, lambda: None, unheard, str) is None


def test_of_an_execution_that_goes_on_old_failures_are_not_told_again(
    project: Project,
) -> None:
    execute(project, "one", fail=True)
    local = project.environment("local")
    backend = project.backend(local)
    record = backend.describe("one")
    backend.keep(record.id, "listeners.log", b"listener 'old' failed")
    assert listeners.failures(backend, record) == ["listener 'old' failed"]
    executions.redrive(project, local, "one")
    for _ in backend.events(record.id, follow=True):
        pass
    assert listeners.failures(backend, record) == []
