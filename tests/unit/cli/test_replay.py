"""`pipeline replay`."""

from __future__ import annotations

from pathlib import Path

from tests.unit.cli.conftest import Pipeline


def test_an_execution_is_run_again_from_a_step_on(
    project: Path, pipeline: Pipeline
) -> None:
    pipeline(project, "run", "small", "--name", "one")
    again = pipeline(project, "replay", "one", "--from", "Second")
    assert again.code == 0 and again.out.startswith("one-replay  SUCCEEDED")
    assert "replaying 'one' from 'Second'" in again.err
    shown = pipeline(project, "status", "one-replay").out
    assert "Second" in shown and "First" not in shown
