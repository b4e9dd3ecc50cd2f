"""What is done with executions: started, concluded, verified, tried again."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from mlmax_pipelines.base.errors import SpecError, UsageError
from mlmax_pipelines.project import Project, executions
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


def test_what_runs_has_no_evidence_yet(ran: Project) -> None:
    backend = local(ran)
    running = replace(backend.describe("good"), status="RUNNING")
    assert executions.conclude(ran, backend, running) is None
    with pytest.raises(UsageError, match="still runs"):
        executions.verify(ran, backend, running, None)
    with pytest.raises(UsageError, match="no evidence of execution 'good'"):
        executions.verify(ran, backend, backend.describe("good"), None)


def test_an_end_that_nobody_saw_has_its_evidence_once_it_is_concluded(
    project: Project,
) -> None:
    execute(project, "one")
    backend = local(project)
    path = project.root / ".mlmax/local/s3/artifacts/small/one/evidence.json"
    path.unlink()
    record = backend.describe("one")
    known = executions.conclude(project, backend, record)
    assert known is not None and path.is_file()
    findings = executions.verify(project, backend, record, known)
    assert findings and all(finding.matches for finding in findings)


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
