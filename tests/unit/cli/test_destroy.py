"""`pipeline destroy`: nothing goes that was not named."""

from __future__ import annotations

import io
from pathlib import Path
from typing import Any

import pytest

from mlmax_pipelines.aws import retained
from mlmax_pipelines.aws.retained import Kept
from tests.unit.cli.conftest import Pipeline
from tests.unit.project.deployments import Recorded

GROUP = Kept("AWS::SageMaker::ModelPackageGroup", "ml-small", "SmallModelGroup")


@pytest.fixture
def recorded(monkeypatch: pytest.MonkeyPatch) -> Any:
    found = Recorded("DELETE_COMPLETE", kept=[GROUP])
    place = "mlmax_pipelines.project.deployment.Deployment"
    monkeypatch.setattr(place, lambda *words, **more: found)
    return found


@pytest.mark.parametrize(("typed", "deleted"), [("ml\n", True), ("dev\n", False)])
def test_the_stacks_name_has_to_be_typed(
    project: Path,
    pipeline: Pipeline,
    recorded: Any,
    monkeypatch: pytest.MonkeyPatch,
    typed: str,
    deleted: bool,
) -> None:
    monkeypatch.setattr("sys.stdin", io.StringIO(typed))
    ended = pipeline(project, "destroy", "-e", "dev")
    assert ended.code == 0
    # Before click 8.3 the space behind the question goes to stdout.
    assert ended.out.strip() == ("deleted stack 'ml'" if deleted else "")
    assert ("that is not its name: nothing was deleted" in ended.err) is not deleted


def test_what_is_kept_is_told_with_what_goes_on_with_it(
    project: Path, pipeline: Pipeline, recorded: Any
) -> None:
    ended = pipeline(project, "destroy", "-e", "dev", "--yes")
    assert "  keeps ml-small (AWS::SageMaker::ModelPackageGroup)" in ended.err
    assert "pipeline deploy -e dev --bucket code --adopt" in ended.err
    assert "pipeline destroy -e dev --bucket code --delete-data" in ended.err


def test_what_a_stack_left_that_is_gone_is_deleted_as_that(
    project: Path, pipeline: Pipeline, recorded: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    recorded.given["now"] = None
    monkeypatch.setattr(retained, "delete", lambda *one: None)
    words = ("destroy", "-e", "dev", "--bucket", "code", "--delete-data", "--yes")
    ended = pipeline(project, *words)
    assert "this deletes what stack 'ml' left:" in ended.err
    assert ended.out == "deleted ml-small\n"
