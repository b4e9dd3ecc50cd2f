"""The reference project, copied."""

from __future__ import annotations

from pathlib import Path

import pytest

from mlmax_pipelines.base.errors import UsageError
from mlmax_pipelines.project.scaffold import copy_reference


def test_a_copy_is_a_project_without_our_own_files(tmp_path: Path) -> None:
    files = copy_reference(tmp_path / "new")
    assert files == sorted(files)
    assert {"pipelines/training.yaml", "deploy.sh", ".gitignore"} <= set(files)
    assert not any(name.startswith(("mlmax_pipelines", "tests")) for name in files)
    assert all((tmp_path / "new" / name).is_file() for name in files)


def test_nothing_is_written_over(tmp_path: Path) -> None:
    (tmp_path / "mine.txt").write_text("mine")
    with pytest.raises(UsageError, match="is not empty"):
        copy_reference(tmp_path)
    with pytest.raises(UsageError, match="is a file"):
        copy_reference(tmp_path / "mine.txt")
