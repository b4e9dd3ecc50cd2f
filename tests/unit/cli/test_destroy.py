"""`pipeline destroy`: nothing goes that was not named."""

from __future__ import annotations

import io
from pathlib import Path
from typing import Any

import pytest

from tests.unit.cli.conftest import Pipeline
from tests.unit.project.deployments import Recorded

GROUP = ("AWS::SageMaker::ModelPackageGroup", "ml-small")


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


def test_a_name_that_stays_taken_is_told_with_what_frees_it(
    project: Path, pipeline: Pipeline, recorded: Any
) -> None:
    ended = pipeline(project, "destroy", "-e", "dev", "--yes")
    assert "  keeps ml-small (AWS::SageMaker::ModelPackageGroup)" in ended.err
    assert "its name has to be free: ml-small" in ended.err
    assert "delete-model-package-group" in ended.err
