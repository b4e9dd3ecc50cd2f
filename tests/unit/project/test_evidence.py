"""Evidence beside the outputs: kept once, and only for the end it is about."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from mlmax_pipelines.base.errors import AwsError
from mlmax_pipelines.project import Project, evidence


@pytest.fixture
def backend(ran: Project) -> Any:
    return ran.backend(ran.environment("local"))


def none(*_: Any) -> None:
    pass


def test_what_is_kept_counts_for_the_end_it_is_about(backend: Any) -> None:
    record = backend.describe("good")
    known = evidence.read(backend, record)
    assert known is not None and known["execution"]["status"] == "SUCCEEDED"
    later = replace(record, stop_time=record.stop_time + 1)
    assert evidence.read(backend, later) is None


def test_reading_writes_nothing(backend: Any) -> None:
    before = backend.kept("good", "evidence.json")
    evidence.read(backend, backend.describe("good"))
    assert backend.kept("good", "evidence.json") == before


class NoWriting:
    """A backend of which a person may read everything and write nothing."""

    def __init__(self, backend: Any) -> None:
        self._backend = backend

    def __getattr__(self, name: str) -> Any:
        return getattr(self._backend, name)

    def keep(self, *_: Any) -> str:
        raise AwsError("access denied")


def test_who_may_not_write_has_the_evidence_all_the_same(backend: Any) -> None:
    told: list[str] = []
    writer = evidence.EvidenceWriter(NoWriting(backend), lambda: None, told.append)  # type: ignore[arg-type]
    writer.on_end(backend.describe("good"))
    assert writer.written is not None
    assert told == ["no evidence.json was written: access denied"]


def test_what_is_written_is_what_is_read(backend: Any) -> None:
    record = backend.describe("bad")
    writer = evidence.EvidenceWriter(backend, lambda: None, none)
    writer.on_end(record)
    assert evidence.read(backend, record) == json.loads(json.dumps(writer.written))


def sources(project: Project, change: Callable[[], object] = none) -> evidence.Sources:
    pipeline = project.pipeline("small")
    backend = project.backend(project.environment("local"))
    change()
    definition = backend.definition("good")
    return evidence.sources(project.root, pipeline, definition)


def test_sources_tell_whether_the_definition_is_what_the_specs_make(
    ran: Project,
) -> None:
    found = sources(ran)
    assert found.ran and len(found.code) == 64 and found.template == ""
    pipeline = replace(ran.pipeline("small"), digest="0" * 64)
    definition = ran.backend(ran.environment("local")).definition("good")
    assert not evidence.sources(ran.root, pipeline, definition).ran


def test_an_execution_knows_what_it_was_started_from(
    ran: Project, backend: Any
) -> None:
    found = evidence.recorded(ran.root, backend.describe("good"))
    assert (found.spec, found.code) == (sources(ran).spec, sources(ran).code)
