"""Commands run in this process, on a small project and on what was run in it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import click
import pytest

from mlmax_pipelines.cli import main
from tests.unit import small_project


@dataclass(frozen=True)
class Ended:
    """How a command ended, its output without colors."""

    code: int
    out: str
    err: str


Pipeline = Callable[..., Ended]


@pytest.fixture
def project(tmp_path: Path) -> Path:
    return small_project.make(tmp_path / "project")


@pytest.fixture
def pipeline(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> Pipeline:
    """`pipeline(root, ARGS)` runs `pipeline ARGS` in the project's folder."""

    def run(root: Path, *args: str) -> Ended:
        monkeypatch.chdir(root)
        capsys.readouterr()
        code = main.run(args)
        said = capsys.readouterr()
        return Ended(code, click.unstyle(said.out), click.unstyle(said.err))

    return run


@pytest.fixture(scope="session")
def ran(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A project with an execution `good` and, later, one that failed, `bad`."""
    root = small_project.make(tmp_path_factory.mktemp("ran") / "project")
    for name, code, *more in (("good", 0), ("bad", 4, "-i", "fail=true")):
        assert (
            main.run(["-C", str(root), "run", "small", "--name", name, *more]) == code
        )
    return root
