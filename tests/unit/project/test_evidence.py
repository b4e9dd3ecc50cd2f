"""Evidence beside the outputs: kept once, and only for the end it is about."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from hashlib import sha256
from typing import Any

import pytest

from mlmax_pipelines.backends.contract import ExecutionRecord, Version
from mlmax_pipelines.base.errors import AwsError
from mlmax_pipelines.project import Project, evidence
from tests.unit.project.conftest import execute


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

    def keep(self, *_: Any, **__: Any) -> str:
        raise AwsError("access denied")


def test_who_may_not_write_has_the_evidence_all_the_same(backend: Any) -> None:
    told: list[str] = []
    writer = evidence.EvidenceWriter(NoWriting(backend), lambda: None, told.append, str)  # type: ignore[arg-type]
    writer.on_end(backend.describe("good"))
    assert writer.written is not None
    assert told == ["no evidence.json was written: access denied"]


def test_what_is_written_is_what_is_read(backend: Any) -> None:
    record = backend.describe("bad")
    writer = evidence.EvidenceWriter(backend, lambda: None, none, str)
    writer.on_end(record)
    assert evidence.read(backend, record) == json.loads(json.dumps(writer.written))


def text(stop_time: float, **more: Any) -> bytes:
    """Evidence of an execution's end, as far as its form goes."""
    nothing = dict.fromkeys(("spec", "definition", "template", "code", "git"))
    lists: dict[str, Any] = {"images": {}, "artifacts": [], "inputs": []}
    execution = {"id": "arn:one", "stop_time": stop_time}
    return json.dumps({"execution": execution, **nothing, **lists, **more}).encode()


class Versions:
    """A backend with so many versions of the evidence, each with its checksum."""

    def __init__(self, *contents: bytes | None) -> None:
        self._contents = contents

    def recorded(self, record: ExecutionRecord) -> None:
        return None

    def versions(self, execution: str, name: str) -> list[Version]:
        assert (execution, name) == ("arn:one", "evidence.json")
        return [Version(c, sha256(c).hexdigest() if c else "") for c in self._contents]


ENDED = ExecutionRecord(
    "arn:one", "one", "small", "dev", "SUCCEEDED", start_time=1.0, stop_time=2.0
)


def held(*contents: bytes | None) -> tuple[Any, list[str]]:
    """The evidence that counts, and what speaks against it."""
    backend: Any = Versions(*contents)
    found = evidence.vouched(backend, ENDED)
    assert found is not None
    return found.evidence, [f.what for f in found.findings if not f.matches]


def test_one_version_is_what_it_was() -> None:
    known, wrong = held(text(2.0))
    assert known["execution"]["id"] == "arn:one" and wrong == []


@pytest.mark.parametrize("later", [text(2.0, code="other"), b"", b"{", None, text(3.0)])
def test_a_later_version_is_found_and_the_first_counts(later: bytes | None) -> None:
    known, wrong = held(text(2.0, code="first"), later)
    assert known["code"] == "first"
    assert wrong == ["evidence.json", "versions of evidence.json"]


def test_one_that_was_put_back_is_found_all_the_same() -> None:
    known, wrong = held(text(2.0), b"", text(2.0))
    assert known and wrong == ["versions of evidence.json"]


def test_what_was_written_before_the_execution_went_on_is_another_matter() -> None:
    known, wrong = held(text(1.5, code="then"), text(2.0, code="now"))
    assert known["code"] == "now" and wrong == []
    backend: Any = Versions(text(1.5))
    assert evidence.vouched(backend, ENDED) is None


@pytest.mark.parametrize("first", [b"", b"null", b"{", text(2.0, made={"by": 1})])
def test_a_first_version_that_is_no_evidence_is_found(first: bytes) -> None:
    known, wrong = held(first)
    assert known is None and wrong == ["form of evidence.json"]


def test_where_there_is_none_there_is_none() -> None:
    backend: Any = Versions()
    assert evidence.vouched(backend, ENDED) is None


def test_a_record_holds_the_digest_of_what_was_written_first(
    project: Project,
) -> None:
    execute(project, "one")
    backend: Any = project.backend(project.environment("local"))
    path = project.root / ".mlmax/local/s3/artifacts/small/one/evidence.json"
    whole = path.read_text()
    sealed = sha256(whole.encode()).hexdigest()
    assert backend.describe("one").sealed == {"evidence.json": sealed}
    for changed in (whole.replace("SUCCEEDED", "FAILED"), "", "{}"):
        path.write_text(changed)
        found = evidence.vouched(backend, backend.describe("one"))
        assert found is not None and not found.findings[0].matches
    path.unlink()
    found = evidence.vouched(backend, backend.describe("one"))
    assert found is not None and found.findings[0].now is None
    # Who writes it anew does not change what was there first.
    backend.keep("one", "evidence.json", b"{}", sealed=True)
    assert backend.describe("one").sealed == {"evidence.json": sealed}


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


def test_half_a_surrogate_pair_is_escaped(backend: Any) -> None:
    record = replace(backend.describe("good"), input={"a": "\ud800"})
    writer = evidence.EvidenceWriter(backend, lambda: None, print, str)  # type: ignore[arg-type]
    writer.on_end(record)
    assert rb"\ud800" in backend.kept("good", "evidence.json")
