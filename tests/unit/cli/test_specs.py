"""`pipeline validate`, `explain`, `schema`."""

from __future__ import annotations

import json
from pathlib import Path

from tests.unit.cli.conftest import Pipeline


def test_every_problem_of_every_spec_is_told(project: Path, pipeline: Pipeline) -> None:
    lines = ["small: 2 steps, no problem\n", "environment dev: no problem\n"]
    assert pipeline(project, "validate").err == "".join(lines)
    spec = project / "pipelines/small.yaml"
    text = spec.read_text().replace("module: work", "module: wrok")
    spec.write_text(text)
    wrong = pipeline(project, "validate")
    assert wrong.code == 2 and "2 errors" in wrong.err


def test_the_states_of_one_step_are_explained(
    project: Path, pipeline: Pipeline
) -> None:
    shown = pipeline(project, "explain", "small", "First").out
    assert shown.startswith("First  (processing, Task)")
    assert "Second" not in shown
    wrong = pipeline(project, "explain", "small", "Frist")
    assert wrong.code == 2 and "did you mean 'First'?" in wrong.err
    other = pipeline(project, "explain", "small", "xyz")
    assert "First, Second" in other.err


def test_the_schema_is_json(project: Path, pipeline: Pipeline) -> None:
    assert "properties" in pipeline(project, "schema").out
    json.loads(pipeline(project, "schema").out)


def test_validate_checks_environments_too(project: Path, pipeline: Pipeline) -> None:
    (project / "envs" / "dev.yaml").write_text("steps: {smal: {}}\n")
    wrong = pipeline(project, "validate")
    assert wrong.code == 2
    assert "envs/dev.yaml:1:9: no pipeline 'smal'" in wrong.err
