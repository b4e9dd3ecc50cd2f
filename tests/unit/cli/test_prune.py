"""`pipeline prune`, where there is nothing of it."""

from __future__ import annotations

from pathlib import Path

from tests.unit.cli.conftest import Pipeline


def test_an_environment_of_this_machine_has_none(
    project: Path, pipeline: Pipeline
) -> None:
    refused = pipeline(project, "prune", "-e", "local", "--older-than", "9")
    assert refused.code == 2
    assert "environment 'local' runs on this machine" in refused.err
