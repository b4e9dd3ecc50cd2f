"""Commands run in this process, on a small project and on what was run in it."""

from __future__ import annotations

import errno
import os
import sys
from collections.abc import Callable, Iterator
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


# Operations that change a disk, and where their path is among the hook's arguments.
_CHANGES = ("os.mkdir", "os.rename", "os.remove", "os.rmdir", "os.truncate", "os.link")
_WRITING = os.O_WRONLY | os.O_RDWR | os.O_CREAT
_refused: list[int] = []


def _refuse(event: str, arguments: tuple[object, ...]) -> None:
    if not _refused or event not in ("open", *_CHANGES):
        return
    path = str(arguments[0])
    flags = arguments[2] if event == "open" else _WRITING
    if isinstance(flags, int) and flags & _WRITING and not path.startswith("/dev/"):
        raise OSError(_refused[-1], os.strerror(_refused[-1]), path)


@pytest.fixture(
    params=[errno.EROFS, errno.ENOSPC, errno.EACCES], ids=errno.errorcode.get
)
def unwritable(request: pytest.FixtureRequest) -> Iterator[Callable[[], None]]:
    """To be called when nothing may be written any more, by this process."""
    if not _HOOKED:
        # A hook stays for as long as the process: it has a switch.
        sys.addaudithook(_refuse)
        _HOOKED.append(True)
    yield lambda: _refused.append(request.param)
    _refused.clear()


_HOOKED: list[bool] = []
