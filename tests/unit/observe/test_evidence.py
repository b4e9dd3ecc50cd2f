"""An execution's evidence, and what of it no longer matches."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import pytest

from mlmax_pipelines.artifacts.contract import Artifact
from mlmax_pipelines.asl.canonical import digest
from mlmax_pipelines.asl.history import HistoryEvent
from mlmax_pipelines.backends.contract import ExecutionRecord, Origin
from mlmax_pipelines.base import layout
from mlmax_pipelines.observe.evidence import (
    NOBODYS,
    Finding,
    Sources,
    check,
    collect,
    people,
    versions,
)

CODE = "c0" * 32
DEFINITION = {
    "StartAt": "Train",
    "States": {
        "Train": {
            "Type": "Task",
            "Resource": "arn:aws:states:::sagemaker:createTrainingJob.sync",
            "Parameters": {
                "AlgorithmSpecification": {"TrainingImage": "image:1"},
                "Code": f"s3://b/code/{CODE}/src.tar.gz",
            },
            "End": True,
        }
    },
}
DATA = Artifact("s3://b/data/d.csv", "", "", 4, "da" * 32)
MODEL = Artifact("s3://b/p/e/Train/model.tar.gz", "Train", "model", 9, "", "etag-1")
RECORD = ExecutionRecord(
    "arn:e",
    "e",
    "p",
    "dev",
    "SUCCEEDED",
    1.0,
    2.0,
    input={"data": DATA.uri},
    output={"parameters": {"data": DATA.uri, "n": 5}, "steps": {}},
)
ANSWER = '{"ModelPackageArn": "arn:m"}'
EVENTS = [
    HistoryEvent(
        1, 0, 1.0, "TaskSucceeded", {"output": '{"ModelPackageArn": "arn:m"}'}
    ),
    HistoryEvent(2, 1, 1.0, "TaskSucceeded", {}),
]
SOURCES = Sources("spec", "template", CODE, {"commit": "1a2b", "dirty": False}, True)


class Backend:
    """One execution as a backend has it."""

    def __init__(self) -> None:
        self.made = [MODEL]
        self.given = [DATA]
        self.code = [Artifact(f"s3://b/code/{CODE}/src/a.py", "", "", 3)]
        self.ran: Any = DEFINITION
        self.from_ = Origin()
        self.then: Sequence[Artifact] | None = None

    def events(self, execution: str) -> Sequence[HistoryEvent]:
        return EVENTS

    def definition(self, execution: str) -> Any:
        return self.ran

    def artifacts(self, execution: str, anew: bool = False) -> Sequence[Artifact]:
        return self.made

    def origin(self, record: ExecutionRecord, model: str = "") -> Origin:
        return self.from_

    def recorded(self, record: ExecutionRecord) -> Sequence[Artifact] | None:
        return self.then

    def objects(self, uri: str) -> Sequence[Artifact]:
        return [item for item in (*self.given, *self.code) if item.uri.startswith(uri)]


@pytest.fixture
def backend() -> Any:
    return Backend()


def wrong(findings: Sequence[Finding]) -> dict[str, tuple[Any, Any]]:
    different = (f for f in findings if not f.matches and not f.moves)
    return {f.what: (f.was, f.now) for f in different}


def moved(findings: Sequence[Finding]) -> set[str]:
    return {f.what for f in findings if f.moves and not f.matches}


def test_evidence_has_what_was_ran_read_and_made(backend: Any) -> None:
    found = collect(backend, RECORD, SOURCES)
    assert found["execution"]["status"] == "SUCCEEDED"
    assert found["definition"] == digest(DEFINITION)
    assert (found["spec"], found["template"], found["code"]) == (
        "spec",
        "template",
        CODE,
    )
    assert found["git"] == SOURCES.git
    assert found["inputs"] == [
        {"parameter": "data", "uri": DATA.uri, "size": 4, "sha256": DATA.sha256}
    ]
    assert found["artifacts"] == [{"uri": MODEL.uri, "size": 9, "etag": "etag-1"}]
    assert found["images"] == {"Train": "image:1"}
    assert found["model_package"] == "arn:m"
    assert not wrong(check(backend, found, SOURCES))


def test_the_commit_is_told_only_if_its_code_is_what_ran(backend: Any) -> None:
    other = collect(backend, RECORD, replace(SOURCES, code="ff" * 32))
    assert other["git"] is None and other["spec"] == "spec"
    changed = collect(backend, RECORD, replace(SOURCES, ran=False))
    assert changed["spec"] is None and changed["template"] is None


def test_what_was_recorded_at_the_start_counts(backend: Any) -> None:
    known = {"spec": "first", "commit": "0000", "python": "3.11", "code": "x"}
    found = collect(backend, replace(RECORD, evidence=known), SOURCES)
    assert found["spec"] == "first"
    assert found["git"] == {"commit": "0000", "dirty": False}
    assert found["made_with"] == {"python": "3.11"}


def test_everything_that_has_changed_is_found(backend: Any) -> None:
    found = collect(backend, RECORD, SOURCES)
    backend.made = [replace(MODEL, mark="etag-2"), replace(MODEL, uri="s3://b/new")]
    backend.given = []
    backend.ran = {**DEFINITION, "Comment": "edited"}
    now = replace(SOURCES, spec="edited", git={})
    assert moved(check(backend, found, now)) == {"spec", "commit"}
    assert wrong(check(backend, found, now)) == {
        "definition": (digest(DEFINITION), digest(backend.ran)),
        MODEL.uri: ("etag-1", "etag-2"),
        "s3://b/new": (None, "9 bytes"),
        DATA.uri: (4, None),
    }


def test_without_the_pipeline_its_sources_are_gone(backend: Any) -> None:
    found = collect(backend, RECORD, SOURCES)
    assert not wrong(check(backend, found, None))
    assert moved(check(backend, found, None)) == {
        "spec",
        "template",
        "code",
        "commit",
    }


def test_code_is_computed_again_where_it_was_put(backend: Any) -> None:
    names = {"src/a.py": "aa" * 32, "src/b.py": "bb" * 32}
    code = layout.listed_digest(names)
    place = f"s3://b/code/{code}/"
    backend.ran = json.loads(json.dumps(DEFINITION).replace(CODE, code))
    found = collect(backend, RECORD, SOURCES)
    backend.code = [Artifact(place + n, "", "", 3, sha) for n, sha in names.items()]
    # An archive of the same files is no file of it.
    backend.code.append(Artifact(f"{place}src.tar.gz", "", "", 9, "cc" * 32))
    assert not wrong(check(backend, found, SOURCES))
    edited = replace(backend.code[0], sha256="dd" * 32)
    backend.code[0] = edited
    assert [*wrong(check(backend, found, SOURCES))] == [f"stored code {code[:12]}"]
    backend.code = []
    assert wrong(check(backend, found, SOURCES)) == {
        f"stored code {code[:12]}": (code, None)
    }


def test_versions_are_those_that_are_known(backend: Any) -> None:
    found = collect(backend, RECORD, None)
    assert versions(found) == {
        "starter": "unknown",
        "definition": digest(DEFINITION),
        "code": CODE,
        "images": {"Train": "image:1"},
    }


def test_what_was_recorded_at_the_end_goes_before_what_is_there(backend: Any) -> None:
    gone = replace(MODEL, uri="s3://b/p/e/Train/gone", mark="e", version="v1")
    same = replace(MODEL, version="v2")
    backend.made = [replace(MODEL, sha256="ab" * 32), replace(MODEL, uri="s3://new")]
    backend.then = [same, gone]
    found = collect(backend, RECORD, None)["artifacts"]
    assert [(one["uri"], one["version"]) for one in found] == [
        (MODEL.uri, "v2"),
        (gone.uri, "v1"),
    ]
    assert found[0]["sha256"] == "ab" * 32 and "sha256" not in found[1]


DEPLOYMENT = {
    "id": "20260101-000000-0a1b",
    "by": "arn:deployer",
    "commit": "c0ffee",
    "dirty": False,
    "specs": {"p": "its spec"},
}


def test_the_deployment_says_what_ran_where_nobody_else_does(backend: Any) -> None:
    backend.from_ = Origin("arn:me", "", DEPLOYMENT)
    found = collect(backend, RECORD, None)
    assert found["git"] == {"commit": "c0ffee", "dirty": False}
    assert found["spec"] == "its spec"
    assert found["people"] == {
        "starter": "arn:me",
        "deployer": "arn:deployer",
        "deployment": DEPLOYMENT["id"],
    }
    own = replace(RECORD, evidence={"spec": "started with", "starter": "x"})
    assert collect(backend, own, None)["spec"] == "started with"


def test_who_is_not_known_is_said() -> None:
    assert people(Origin()) == {"starter": "unknown"}
    told = people(Origin("", "arn:says-so", {}))
    assert told == {
        "starter": "unknown",
        "claimed_by": "arn:says-so",
        "deployment": NOBODYS,
    }
