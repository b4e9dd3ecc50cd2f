"""`pipeline upgrade`."""

from __future__ import annotations

from pathlib import Path

from tests.unit.cli.conftest import Pipeline


def test_what_changed_is_told_once(tmp_path: Path, pipeline: Pipeline) -> None:
    (tmp_path / "envs").mkdir()
    (tmp_path / "pipelines").mkdir()
    spec = tmp_path / "pipelines" / "old.yaml"
    spec.write_text("name: old\nSteps:\n  A: {type: succeed}\n")
    done = pipeline(tmp_path, "upgrade")
    assert done.out == "pipelines/old.yaml:2:1: 'Steps' is 'steps'\n"
    assert "pipeline create" in done.err
    again = pipeline(tmp_path, "upgrade")
    assert (again.code, again.out) == (0, "")
    assert "the specs are of version 2" in again.err
