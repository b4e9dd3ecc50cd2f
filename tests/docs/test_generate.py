"""README's tables and the pages of docs/ are what the declarations say."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

REPOSITORY = Path(__file__).parents[2]


def generate(root: Path, *options: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "docs/generate.py", *options],
        cwd=root,
        env={**os.environ, "PYTHONPATH": str(REPOSITORY)},
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
