"""Code held against the commit that it is said to be of."""

from __future__ import annotations

from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest

from mlmax_pipelines.artifacts.contract import Artifact
from mlmax_pipelines.base import layout
from mlmax_pipelines.project import committed
from tests.repository import git


class Kept:
    """A backend that keeps one version of code, of these files."""

    def __init__(self, files: dict[str, bytes]) -> None:
        digests = {name: sha256(text).hexdigest() for name, text in files.items()}
        self.version = layout.listed_digest(digests)
        self.uri = f"s3://bucket/{layout.code(self.version)}/"
        self.names = [*files, "src.tar.gz"]

    def definition(self, execution: str) -> Any:
        return {"States": {"A": {"S3Uri": f"{self.uri}src/"}}}

    def objects(self, uri: str) -> list[Artifact]:
        return [Artifact(f"{uri}{name}", "", "", 1) for name in self.names]


@pytest.fixture
def root(tmp_path: Path) -> Path:
    folder = tmp_path / "deep"
    (folder / "src").mkdir(parents=True)
    (folder / "src" / "a.py").write_bytes(b"one\n")
    (folder / "src" / "b.py").write_bytes(b"")
    git(tmp_path, "init", "-q")
    git(tmp_path, "add", ".")
    git(tmp_path, "commit", "-q", "-m", "x")
    return folder


def checked(root: Path, files: dict[str, bytes], **of: Any) -> list[Any]:
    commit = {"commit": git(root, "rev-parse", "HEAD"), "dirty": False, **of}
    evidence = {"git": commit, "execution": {"id": "x"}}
    return list(committed.check(root, Kept(files), evidence))  # type: ignore[arg-type]


SAME = {"src/a.py": b"one\n", "src/b.py": b""}


def test_a_commit_is_looked_into_whatever_is_checked_out(root: Path) -> None:
    (root / "src" / "a.py").write_text("another\n")
    (found,) = checked(root, SAME)
    assert found.matches and " at commit " in found.what
    (found,) = checked(root, {**SAME, "src/a.py": b"two\n"})
    assert not found.matches and not found.moves


def test_what_the_clone_cannot_tell_is_no_fault(root: Path, tmp_path: Path) -> None:
    assert not checked(root, SAME, dirty=True)
    assert not checked(root, SAME, commit="0" * 40)
    assert not checked(root, {**SAME, "src/made.py": b"x"})
    assert not checked(root, {})
    assert not checked(root, SAME, commit="")
    evidence = {"git": {"commit": "a" * 40, "dirty": False}, "execution": {"id": "x"}}
    nowhere = tmp_path / "gone"
    assert not list(committed.check(nowhere, Kept(SAME), evidence))  # type: ignore[arg-type]
