"""What is done with executions: started, concluded, verified, tried again."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from mlmax_pipelines.base.errors import ExecutionError, SpecError
from mlmax_pipelines.project import Project, evidence, executions
from mlmax_pipelines.project.inputs import Given
from tests.unit.project.conftest import execute


def local(project: Project) -> Any:
    return project.backend(project.environment("local"))


def test_an_environments_values_give_way_to_those_given(project: Project) -> None:
    text = "parameters:\n  small: {text: bye, seconds: 0.0}\n"
    (project.root / "envs/local.yaml").write_text(f"backend: local\n{text}")
    execute(project, "one", text="hello")
    assert local(project).describe("one").input == {"text": "hello", "seconds": 0.0}


def test_wrong_inputs_start_nothing(project: Project) -> None:
    pipeline, env = project.pipeline("small"), project.environment("local")
    with pytest.raises(SpecError, match="has no input 'txt'"):
        executions.start(
            project, local(project), pipeline, env, [Given("txt", "a", Path())]
        )
    assert local(project).list() == []


def test_a_file_that_is_given_is_uploaded(project: Project) -> None:
    execute(project, "one", data="data/in.txt")
    uri = local(project).describe("one").input["data"]
    assert uri.startswith("s3://") and uri.endswith("/in.txt")


EVIDENCE = ".mlmax/local/s3/artifacts/small/one/evidence.json"


def test_what_runs_has_no_evidence_yet(ran: Project) -> None:
    backend = local(ran)
    running = replace(backend.describe("good"), status="RUNNING")
    assert executions.conclude(ran, backend, running) is None
    with pytest.raises(ExecutionError, match="still runs"):
        executions.verify(ran, backend, running)


def test_without_evidence_nothing_is_verified_and_none_is_made(
    project: Project,
) -> None:
    execute(project, "one")
    record = project.root / ".mlmax/local/executions/small/one/record.json"
    known = json.loads(record.read_text())
    (project.root / EVIDENCE).unlink()
    record.write_text(json.dumps({**known, "sealed": {}}))
    backend = local(project)
    with pytest.raises(ExecutionError, match="no evidence of execution 'one'"):
        executions.verify(project, backend, backend.describe("one"))
    assert not (project.root / EVIDENCE).exists()


def test_an_end_that_nobody_saw_has_its_evidence_once_it_is_concluded(
    project: Project,
) -> None:
    execute(project, "one")
    backend = local(project)
    (project.root / EVIDENCE).unlink()
    record = backend.describe("one")
    known = executions.conclude(project, backend, record)
    assert known is not None and (project.root / EVIDENCE).is_file()
    findings, made = executions.verify(project, backend, record)
    # The record knows what was there first.
    assert [f.what for f in findings if not f.matches] == ["evidence.json"]
    assert made["by"] == backend.caller() and made["time"] >= (record.stop_time or 0)


def test_verifying_writes_nothing(project: Project) -> None:
    execute(project, "one")
    backend = local(project)
    digests = project.root / ".mlmax/local/executions/small/one/digests.json"
    digests.unlink()
    before = snapshot(project.root)
    findings, made = executions.verify(project, backend, backend.describe("one"))
    assert findings and all(finding.matches for finding in findings)
    assert made["by"] == evidence.ITSELF
    assert snapshot(project.root) == before


def snapshot(root: Path) -> dict[str, tuple[int, bytes]]:
    files = (path for path in root.rglob("*") if path.is_file())
    return {str(p): (p.stat().st_mtime_ns, p.read_bytes()) for p in files}


def test_a_record_without_its_own_is_given_what_the_evidence_says(
    ran: Project,
) -> None:
    backend = local(ran)
    record = backend.describe("good")
    known = executions.conclude(ran, backend, record)
    assert executions.proven(record, known) == record
    blank = replace(record, evidence={})
    assert executions.proven(blank, None) == blank
    assert executions.proven(blank, known).evidence["spec"] == record.evidence["spec"]


def test_what_failed_goes_on_and_what_ended_runs_again(project: Project) -> None:
    execute(project, "one", fail=True)
    env = project.environment("local")
    backend, pipeline, record = executions.redrive(project, env, "one")
    assert (pipeline.name, record.status) == ("small", "RUNNING")
    assert [e.type for e in backend.events("one", follow=True)][-1] == "ExecutionFailed"
    backend, _, again = executions.replay(project, env, env, "one", "Second")
    assert again.name == "one-replay"
    entered = [
        event.details["name"]
        for event in backend.events(again.id, follow=True)
        if event.type.endswith("StateEntered")
    ]
    assert "First" not in entered and "Second" in entered
