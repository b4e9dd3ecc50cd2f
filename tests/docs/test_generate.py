"""README's tables and the pages of docs/ are what the declarations say."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

REPOSITORY = Path(__file__).parents[2]


PLUG_IN = """
from mlmax_pipelines.declared import JobKind
from mlmax_pipelines.steps.contract import StepType


class Other(StepType):
    type = "other"
    jobs = (JobKind("batch:submitJob", "batch job", retries=(("Batch.Error",),)),)


TYPE = Other()
"""


def generate(
    root: Path, *options: str, beside: str = ""
) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "docs/generate.py", *options],
        cwd=root,
        env={**os.environ, "PYTHONPATH": f"{REPOSITORY}{os.pathsep}{beside}"},
        capture_output=True,
        text=True,
    )


def test_nothing_is_stale() -> None:
    done = generate(REPOSITORY, "--check")
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")


def test_what_is_stale_is_shown_and_written_anew(tmp_path: Path) -> None:
    shutil.copytree(REPOSITORY / "docs", tmp_path / "docs")
    readme = (REPOSITORY / "README.md").read_text()
    (tmp_path / "README.md").write_text(readme.replace("| 3 | AWS", "| 3 | Aws"))
    (tmp_path / "docs" / "errors.md").unlink()
    found = generate(tmp_path, "--check")
    assert found.returncode == 1
    assert "-| 3 | Aws refused" in found.stdout and "+# Errors" in found.stdout
    assert not (tmp_path / "docs" / "errors.md").exists()
    assert generate(tmp_path).returncode == 0
    assert generate(tmp_path, "--check").returncode == 0
    assert (tmp_path / "README.md").read_text() == readme


def test_what_else_is_installed_changes_nothing(tmp_path: Path) -> None:
    about = tmp_path / "other-1.0.dist-info"
    about.mkdir()
    (about / "METADATA").write_text("Metadata-Version: 2.1\nName: other\nVersion: 1\n")
    named = "[mlmax_pipelines.steps]\nother = other_type:TYPE\n"
    (about / "entry_points.txt").write_text(named)
    (tmp_path / "other_type.py").write_text(PLUG_IN)
    done = generate(REPOSITORY, "--check", beside=str(tmp_path))
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")
