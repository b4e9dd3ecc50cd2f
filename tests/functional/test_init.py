"""`pipeline init` out of the repository, as an editable install has it."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Callable
from pathlib import Path

Pipeline = Callable[..., "subprocess.CompletedProcess[str]"]


def test_the_new_project_validates_and_its_deploy_sh_can_be_run(
    pipeline: Pipeline, tmp_path: Path
) -> None:
    made = pipeline("init", "mine")
    assert made.returncode == 0, made.stderr
    assert "deploy.sh  puts it on AWS" in made.stdout
    project = tmp_path / "mine"
    assert pipeline("validate", cwd=project).returncode == 0
    script = project / "deploy.sh"
    assert os.access(script, os.X_OK)
    refused = subprocess.run([script], capture_output=True, text=True)
    assert refused.returncode == 2
    error, hint = refused.stderr.splitlines()
    assert error == "error: no environment given"
    assert hint.startswith("  hint: ./deploy.sh ENV BUCKET")
