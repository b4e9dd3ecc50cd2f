"""`pipeline deploy`: what is shown, and what `--yes` may not agree to."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from mlmax_pipelines.aws.permissions import Permissions, Statement
from mlmax_pipelines.project import groups
from tests.unit.cli.conftest import Pipeline
from tests.unit.project.deployments import Recorded, review

WIDER = Statement("TrainingRole", "", True, ("s3:GetObject",), ("*",), "")


@pytest.fixture
def recorded(project: Path, pipeline: Pipeline, monkeypatch: pytest.MonkeyPatch) -> Any:
    """Every deployment is this one, whose permissions get wider."""
    assert pipeline(project, "create").code == 0
    monkeypatch.setenv("AWS_ENDPOINT_URL", "http://127.0.0.1:1")
    found: Any = Recorded(found=review(permissions=Permissions((WIDER,), ())))
    found.session = SimpleNamespace(
        region="eu-west-1", identity=SimpleNamespace(account="123456789012")
    )
    brings: Any = {"resources": {}, "parts": (), "schedules": ()}
    found.pipelines = [SimpleNamespace(name="small", **brings)]
    place = "mlmax_pipelines.project.deployment.Deployment"
    monkeypatch.setattr(place, lambda *words, **more: found)
    return found


def test_yes_widens_no_permissions_unasked(
    project: Path, pipeline: Pipeline, recorded: Any
) -> None:
    refused = pipeline(project, "deploy", "-e", "dev", "--yes")
    assert refused.code == 2
    assert "not deployed: permissions get wider (TrainingRole)" in refused.err
    assert "'--yes --allow iam' deploys it nevertheless" in refused.err
    assert recorded.asked[-1] == "discard"


def test_a_later_group_of_a_new_stack_widens_nothing(
    project: Path,
    pipeline: Pipeline,
    recorded: Any,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """What comes after the first group adds to a stack that was not there before."""
    shown = [replace(recorded.given["found"], first=first) for first in (True, False)]
    monkeypatch.setattr(recorded, "review", lambda *words: shown.pop(0))
    monkeypatch.setattr(groups, "parts", lambda target: [("small",), ("large",)])
    done = pipeline(project, "deploy", "-e", "dev", "--yes")
    assert done.code == 0, done.err
    assert not shown and done.err.count("group") == 1


def test_what_is_allowed_is_shown_and_deployed(
    project: Path, pipeline: Pipeline, recorded: Any
) -> None:
    done = pipeline(project, "deploy", "-e", "dev", "--yes", "--allow", "iam")
    assert done.code == 0
    assert done.out.splitlines() == [
        "stack 'ml' in eu-west-1, account 123456789012, would be changed",
        "",
        "permissions",
        "  wider TrainingRole may now s3:GetObject on *",
        "",
        "resources: none changed",
        "deployed stack 'ml'",
    ]
    assert done.err.endswith("next: pipeline run small -e dev\n")


def test_a_dry_run_shows_what_diff_shows_and_touches_nothing(
    project: Path, pipeline: Pipeline, recorded: Any
) -> None:
    shown = pipeline(project, "deploy", "-e", "dev", "--dry-run", "--yes")
    assert recorded.asked == ["stack", "plan", "review"]
    assert shown.code == 0 and "wider TrainingRole" in shown.out
    assert shown.out == pipeline(project, "diff", "-e", "dev").out
    assert "nothing was deployed" in shown.err
    recorded.given["deployed"] = True
    same = pipeline(project, "deploy", "-e", "dev", "--dry-run")
    assert (same.out, same.code) == ("", 0)
    assert same.err == "stack 'ml' is what the specs say\n"


def test_templates_that_are_not_what_the_specs_make_are_refused(
    project: Path, pipeline: Pipeline, recorded: Any
) -> None:
    (project / "templates" / "small.yaml").write_text("{}")
    refused = pipeline(project, "deploy", "-e", "dev", "--yes")
    assert refused.code == 2 and recorded.asked == []
    assert "small.yaml" in refused.err and "run 'pipeline create'" in refused.err


def test_a_project_without_an_id_gets_one_where_somebody_sees_it(
    project: Path,
    pipeline: Pipeline,
    recorded: Any,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.delenv("AWS_ENDPOINT_URL")
    refused = pipeline(project, "deploy", "-e", "dev", "--yes")
    assert refused.code == 2 and recorded.asked == []
    assert "this project has no id yet" in refused.err
    assert "pipeline init ." in refused.err
    assert not (project / "project.yaml").exists()
    told = pipeline(project, "deploy", "-e", "dev").err
    written = (project / "project.yaml").read_text()
    assert written.startswith("id: ") and "commit project.yaml" in told
    again = pipeline(project, "deploy", "-e", "dev", "--yes", "--allow", "iam")
    assert again.code == 0
    assert (project / "project.yaml").read_text() == written
