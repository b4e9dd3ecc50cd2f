"""`pipeline diff`: the exit code tells."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from tests.unit.cli.conftest import Ended, Pipeline
from tests.unit.project.deployments import Recorded


def diff(
    monkeypatch: pytest.MonkeyPatch, project: Path, pipeline: Pipeline, deployed: bool
) -> Ended:
    recorded = Recorded(deployed=deployed)
    place = "mlmax_pipelines.project.deployment.Deployment"
    monkeypatch.setattr(place, lambda *words, **more: recorded)
    return pipeline(project, "diff", "-e", "dev")


def test_what_is_as_specified_ends_with_0(
    monkeypatch: Any, project: Path, pipeline: Pipeline
) -> None:
    same = diff(monkeypatch, project, pipeline, deployed=True)
    assert (same.code, same.out) == (0, "")
    assert same.err == "stack 'ml' is what the specs say\n"


def test_what_differs_ends_with_1(
    monkeypatch: Any, project: Path, pipeline: Pipeline
) -> None:
    other = diff(monkeypatch, project, pipeline, deployed=False)
    assert (other.code, other.out) == (1, "resources: none changed\n")
