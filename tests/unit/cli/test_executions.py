"""Commands that look at executions: list, status, compare, stop."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable
from pathlib import Path
from shutil import copytree

import pytest

from mlmax_pipelines.backends.local import LocalBackend
from tests.unit.cli.conftest import Pipeline


def test_executions_are_listed_newest_first(ran: Path, pipeline: Pipeline) -> None:
    lines = pipeline(ran, "list").out.splitlines()
    assert [line.split()[:3] for line in lines[1:3]] == [
        ["bad", "small", "FAILED"],
        ["good", "small", "SUCCEEDED"],
    ]
    found = json.loads(pipeline(ran, "list", "--format", "json").out)
    assert {"good", "bad"} <= {record["name"] for record in found}


def test_a_wide_list_says_who_and_what_it_is_billed_for(
    ran: Path, pipeline: Pipeline
) -> None:
    listed = pipeline(ran, "list", "--wide")
    assert all(head in listed.out for head in ("STARTED BY", "APPROVED BY", "BILLED"))
    # No job of this machine is billed.
    assert all(line.endswith("-") for line in listed.out.splitlines()[1:])
    told = json.loads(pipeline(ran, "list", "--wide", "--format", "json").out)
    assert [one["billed"] for one in told] == [[]] * len(told)


def test_models_that_are_kept_for_a_redrive_are_counted(
    ran: Path, pipeline: Pipeline, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert "models" not in pipeline(ran, "list").err

    def left(backend: LocalBackend, pipelines: Iterable[str]) -> list[str]:
        return [f"local-{name}-1" for name in pipelines]

    monkeypatch.setattr(LocalBackend, "models_left", left)
    said = pipeline(ran, "list").err
    assert said.endswith("still run, kept for a redrive: 1\n")


def test_where_there_are_none_the_next_step_is_told(
    project: Path, ran: Path, pipeline: Pipeline
) -> None:
    assert "'pipeline run NAME' starts one" in pipeline(project, "list").err
    none = pipeline(ran, "list", "small", "--status", "TIMED_OUT")
    assert "no executions of 'small' that are TIMED_OUT" in none.err
    assert "'pipeline list' shows all" in none.err


def test_a_status_has_each_step_and_where_to_read_on(
    ran: Path, pipeline: Pipeline
) -> None:
    shown = pipeline(ran, "status", "bad")
    steps = shown.out.partition("\n\n")[2].splitlines()
    assert [line.split()[:2] for line in steps] == [
        ["STEP", "STATUS"],
        ["First", "SUCCEEDED"],
        ["Second", "FAILED"],
    ]
    assert "next: pipeline logs bad 'Second'" in shown.err
    data = json.loads(pipeline(ran, "status", "bad", "--format", "json").out)
    assert [step["status"] for step in data["steps"]] == ["SUCCEEDED", "FAILED"]


def test_two_executions_stand_side_by_side(ran: Path, pipeline: Pipeline) -> None:
    out = pipeline(ran, "compare", "good", "bad").out
    assert "First.letters" in out
    fail = next(line for line in out.splitlines() if line.startswith("fail"))
    assert fail.split() == ["fail", "false", "true", "differs"]
    same = pipeline(ran, "compare", "good", "good")
    assert "'good' beside itself" in same.err


def test_what_has_ended_is_not_stopped(ran: Path, pipeline: Pipeline) -> None:
    stopped = pipeline(ran, "stop", "good")
    assert stopped.code == 0 and stopped.out == ""
    assert stopped.err == "'good' is not running: it succeeded\n"


DEAD = {"status": "RUNNING", "start_time": 1.0, "stop_time": None, "name": "dead"}


def test_looking_needs_no_writing(
    project: Path, pipeline: Pipeline, unwritable: Callable[[], None]
) -> None:
    assert pipeline(project, "run", "small", "--name", "good").code == 0
    folder = project / ".mlmax/local/executions/small"
    copytree(folder / "good", folder / "dead")
    record = json.loads((folder / "dead/record.json").read_text())
    (folder / "dead/record.json").write_text(json.dumps({**record, **DEAD}))
    history = (folder / "dead/history.jsonl").read_text().splitlines(keepends=True)
    (folder / "dead/history.jsonl").write_text("".join(history[:6]))
    evidence = project / ".mlmax/local/s3/artifacts/small/good/evidence.json"
    evidence.unlink()
    unwritable()
    listed = pipeline(project, "list").out
    assert "good " in listed and "dead " in listed and "ABORTED" in listed
    shown = pipeline(project, "status", "dead")
    assert shown.code == 0 and "RUNNING" not in shown.out
    assert "First" in shown.out and "why it ended: the process that ran" in shown.out
    assert pipeline(project, "logs", "dead").out.startswith("First | text is hello\n")
    for name in ("good", "dead"):
        report = pipeline(project, "report", name, "--format", "txt", "-o", "-")
        assert report.code == 0 and "First" in report.out
        assert "no evidence.json was written" in report.err
    assert pipeline(project, "compare", "good", "dead").code == 0
    assert not evidence.exists()
    refused = pipeline(project, "report", "good")
    assert refused.code == 2 and "this is a bug" not in refused.err
