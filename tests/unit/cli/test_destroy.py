"""`pipeline destroy`: nothing goes that was not named."""

from __future__ import annotations

import io
import os
import subprocess
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from tests.unit.cli.conftest import Pipeline
from tests.unit.project.deployments import Recorded

GROUP = ("AWS::SageMaker::ModelPackageGroup", "ml-small")


@pytest.fixture
def recorded(monkeypatch: pytest.MonkeyPatch) -> Any:
    found = Recorded("DELETE_COMPLETE", kept=[GROUP])
    found.session = SimpleNamespace(region="eu-west-1")
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


AWS = """#!/bin/sh
echo "$@" >> "$CALLS"
case "$2" in list-model-packages) printf '%s' "$FOUND";; esac
"""


@pytest.mark.parametrize("versions", ["arn:v/1\tarn:v/2\narn:v/3\n", ""])
@pytest.mark.parametrize("shell", ["sh", "bash"])
def test_what_frees_it_works_with_versions_in_it(
    project: Path, pipeline: Pipeline, recorded: Any, shell: str, versions: str
) -> None:
    said = pipeline(project, "destroy", "-e", "dev", "--yes").err
    program = project / "bin" / "aws"
    program.parent.mkdir()
    program.write_text(AWS)
    program.chmod(0o755)
    calls = project / "calls"
    path = f"{program.parent}:{os.environ['PATH']}"
    subprocess.run(
        [shell, "-eu", "-c", said[said.index("for version in") :]],
        env={"PATH": path, "CALLS": str(calls), "FOUND": versions},
        check=True,
    )
    where = "--region eu-west-1"
    deleted = [
        f"sagemaker delete-model-package {where} --model-package-name {arn}"
        for arn in versions.split()
    ]
    group = "--model-package-group-name ml-small"
    assert calls.read_text().splitlines() == [
        f"sagemaker list-model-packages {where} {group} --output text "
        "--query ModelPackageSummaryList[].ModelPackageArn",
        *deleted,
        f"sagemaker delete-model-package-group {where} {group}",
    ]
