"""`pipeline init`."""

from __future__ import annotations

from pathlib import Path

from tests.unit.cli.conftest import Pipeline


def test_a_project_is_made_and_the_way_on_told(
    tmp_path: Path, pipeline: Pipeline
) -> None:
    made = pipeline(tmp_path, "init", "my project")
    assert made.code == 0 and "made a project of" in made.err
    assert "  cd 'my project'\n" in made.out
    assert pipeline(tmp_path / "my project", "validate").code == 0
    again = pipeline(tmp_path, "init", "my project")
    assert again.code == 2 and "'my project' is not empty" in again.err
