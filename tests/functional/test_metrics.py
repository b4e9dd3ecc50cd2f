"""A metrics file that is not what its module declares, as users see it."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from tests.functional.conftest import Pipeline

SPEC = """\
name: gated
parameters: {file: {type: s3, default: data/metrics.json}}
steps:
  Judge: {module: judge, inputs: {file: "${parameters.file}"}%s}
  Gate:
    type: choice
    choices:
      - when: {value: "${steps.Judge.outputs.marks.f1}", less_than: 0.5}
        next: Bad
    default: Good
  Good: {type: succeed}
  Bad: {type: fail, error: TooLow}
"""
HANDLE = """\
  Handle: {type: succeed}
"""
CATCH = ", catch: [{errors: [Metrics.Invalid], next: Handle}]"
MODULE = """\
name: judge
type: processing
interface:
  inputs: {file: {type: s3}}
  outputs: {marks: {type: metrics, values: {f1: number}}}
implementation:
  image: {framework: sklearn, version: 1.4-2}
  entry_point: src/judge.py
"""
JOB = """\
import os
import shutil
from pathlib import Path

root = Path(os.environ["ML_ROOT"]) / "processing"
shutil.copytree(root / "input/file", root / "output/marks", dirs_exist_ok=True)
"""


@pytest.fixture
def gated(project: Path) -> Path:
    """A project whose gate reads a file that an input of the pipeline is."""
    (project / "pipelines/small.yaml").unlink()
    (project / "pipelines/gated.yaml").write_text(SPEC % "")
    (project / "modules/judge.yaml").write_text(MODULE)
    (project / "src/judge.py").write_text(JOB)
    (project / "data/metrics.json").write_text('{"f1": 0.7}')
    return project


def rows(pipeline: Pipeline, project: Path, name: str) -> list[tuple[str, str]]:
    shown = pipeline("status", name, "--format", "json", cwd=project)
    found: dict[str, Any] = json.loads(shown.stdout)
    return [(row["step"], row["status"]) for row in found["steps"]]


def test_a_gate_does_not_pass_on_a_text(pipeline: Pipeline, gated: Path) -> None:
    assert pipeline("run", "gated", cwd=gated).returncode == 0
    (gated / "data/metrics.json").write_text('{"f1": "0.1"}')
    result = pipeline("run", "gated", "--name", "text", cwd=gated)
    assert result.returncode == 4
    assert (
        "step 'Judge' failed: Metrics.Invalid: 'metrics.json' of output 'marks' of "
        "step 'Judge' has \"0.1\" (a string) for 'f1', declared as number"
    ) in result.stderr
    assert "pipeline replay text --from 'Judge'" in result.stderr
    assert rows(pipeline, gated, "text") == [("Judge", "FAILED")]
    shown = pipeline("status", "text", cwd=gated)
    assert "pipeline replay text --from 'Judge'" in shown.stderr
    report = pipeline("report", "text", "--format", "md", cwd=gated)
    assert report.returncode == 0, report.stderr


def test_what_was_mended_is_replayed(pipeline: Pipeline, gated: Path) -> None:
    (gated / "src/judge.py").write_text(JOB.replace('"output/marks"', '"output"'))
    result = pipeline("run", "gated", "--name", "astray", cwd=gated)
    assert "is missing: the output is empty" in result.stderr
    # The output is what it was: going on meets the same.
    assert "Metrics.Invalid" in pipeline("redrive", "astray", cwd=gated).stderr
    (gated / "src/judge.py").write_text(JOB)
    again = pipeline("replay", "astray", "--from", "Judge", cwd=gated)
    assert again.returncode == 0, again.stderr


def test_a_catch_of_the_step_receives_it(pipeline: Pipeline, gated: Path) -> None:
    (gated / "pipelines/gated.yaml").write_text(SPEC % CATCH + HANDLE)
    (gated / "data/metrics.json").write_text('{"f1": NaN}')
    result = pipeline("run", "gated", "--name", "caught", cwd=gated)
    assert result.returncode == 0, result.stderr
    assert rows(pipeline, gated, "caught") == [
        ("Judge", "CAUGHT"),
        ("Handle", "SUCCEEDED"),
    ]


def test_another_error_of_a_state_that_failed_is_redriven(
    pipeline: Pipeline, gated: Path
) -> None:
    (gated / "data/metrics.json").write_text('{"f1": 0.1}')
    result = pipeline("run", "gated", cwd=gated)
    assert "TooLow" in result.stderr
    assert "replay" not in result.stderr


def test_what_succeeded_by_way_of_a_catch_is_listed_so(
    pipeline: Pipeline, gated: Path
) -> None:
    (gated / "pipelines/gated.yaml").write_text(SPEC % CATCH + HANDLE)
    assert pipeline("run", "gated", "--name", "fine", cwd=gated).returncode == 0
    (gated / "data/metrics.json").write_text("{}")
    assert pipeline("run", "gated", "--name", "saved", cwd=gated).returncode == 0
    shown = pipeline("list", cwd=gated).stdout.splitlines()
    assert [" ".join(line.split()[:5]) for line in shown[1:]] == [
        "saved gated SUCCEEDED, caught Judge",
        " ".join(shown[2].split()[:5]),
    ]
    assert "caught" not in shown[2]
    listed = json.loads(pipeline("list", "--format", "json", cwd=gated).stdout)
    assert [(one["name"], one["caught"]) for one in listed] == [
        ("saved", ["Judge"]),
        ("fine", []),
    ]
