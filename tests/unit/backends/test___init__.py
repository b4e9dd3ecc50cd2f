"""Which backend an environment has, those of other packages too."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from mlmax_pipelines import backends, environment
from mlmax_pipelines.backends.local import LocalBackend
from mlmax_pipelines.backends.stepfunctions import StepFunctionsBackend
from mlmax_pipelines.base.errors import SpecError
from mlmax_pipelines.environment import Environment
from mlmax_pipelines.environment import backends as known

OTHER = """
class Other:
    def __init__(self, *given):
        self.given = given

def make(root, environment, tell, listener):
    return Other(root, environment, tell, listener)
"""


@pytest.fixture
def other(tmp_path: Path) -> Iterator[Path]:
    """An installed package that brings the backend `other`."""
    (tmp_path / "other_backend.py").write_text(OTHER)
    about = tmp_path / "other_backend-1.dist-info"
    about.mkdir()
    (about / "METADATA").write_text("Name: other-backend\nVersion: 1\n")
    names = f"[{known.ENTRY_POINTS}]\nother = other_backend:make\n"
    (about / "entry_points.txt").write_text(names)
    sys.path.append(str(tmp_path))
    yield tmp_path
    sys.path.remove(str(tmp_path))


def tell(line: str) -> None:
    pass


@pytest.mark.parametrize(
    "name, kind", [("local", LocalBackend), ("stepfunctions", StepFunctionsBackend)]
)
def test_each_name_has_its_backend(tmp_path: Path, name: str, kind: type) -> None:
    assert name in known.BACKENDS
    made = backends.make(tmp_path, Environment("e", name), tell, "")
    assert isinstance(made, kind)


def test_another_package_may_bring_one(tmp_path: Path, other: Path) -> None:
    (tmp_path / "envs").mkdir()
    (tmp_path / "envs/mine.yaml").write_text("backend: other\n")
    mine = environment.load(tmp_path, "mine")
    made = backends.make(tmp_path, mine, tell, "a:b")
    assert made.given == (tmp_path, mine, tell, "a:b")


def test_an_unknown_one_is_told_with_those_there_are(
    tmp_path: Path, other: Path
) -> None:
    (tmp_path / "envs").mkdir()
    (tmp_path / "envs/mine.yaml").write_text("backend: none\n")
    with pytest.raises(
        SpecError, match="must be 'local' or 'stepfunctions' or 'other', found 'none'"
    ):
        environment.load(tmp_path, "mine")
