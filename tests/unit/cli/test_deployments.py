"""`pipeline deployments` and `rollback`, where there is nothing to go back to."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.unit.cli.conftest import Pipeline


@pytest.mark.parametrize("command", ["deployments", "rollback"])
def test_an_environment_of_this_machine_has_none(
    project: Path, pipeline: Pipeline, command: str
) -> None:
    refused = pipeline(project, command, "-e", "local")
    assert refused.code == 2
    assert "environment 'local' runs on this machine" in refused.err
