from __future__ import annotations

import sys
from pathlib import Path

import pytest

from mlmax_pipelines import __version__
from mlmax_pipelines.local import evidence
from mlmax_pipelines.local.evidence import GitState
from tests.repository import git


def test_a_commit_and_what_differs_from_it_are_told(tmp_path: Path) -> None:
    git(tmp_path, "init", "-q")
    assert GitState(tmp_path).read().get("dirty") is not True
    (tmp_path / "a").write_text("1")
    git(tmp_path, "add", "a")
    git(tmp_path, "commit", "-qm", "first")
    clean = GitState(tmp_path).read()
    assert len(clean["commit"]) == 40 and clean["dirty"] is False
    (tmp_path / "a").write_text("2")
    assert GitState(tmp_path).read() == {"commit": clean["commit"], "dirty": True}


def test_without_git_nothing_is_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert GitState(tmp_path).read() == {}
    monkeypatch.setenv("PATH", str(tmp_path))
    assert GitState(tmp_path).read() == {}


def test_versions_are_those_that_are_installed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    packages = tmp_path / "site-packages"
    for name in ("scikit_learn-1.4.2", "numpy-2.0", "other-1"):
        (packages / f"{name}.dist-info").mkdir(parents=True)
    monkeypatch.setattr(sys, "path", [str(packages), str(tmp_path / "x-packages")])
    found = evidence.versions()
    assert found["mlmax_pipelines"] == __version__
    assert found["python"] == ".".join(map(str, sys.version_info[:3]))
    assert found["packages"] == {"numpy": "2.0", "scikit-learn": "1.4.2"}
