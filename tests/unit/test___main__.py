"""`python -m mlmax_pipelines`: a process that ends as its command line does."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from mlmax_pipelines import __main__, __version__


@pytest.mark.parametrize(
    ("argument", "code", "out", "err"),
    [
        ("--version", 0, f"pipeline {__version__}\n", ""),
        ("craete", 2, "", "error: no command 'craete'"),
    ],
)
def test_the_process_ends_with_the_command_line_s_code(
    tmp_path: Path, argument: str, code: int, out: str, err: str
) -> None:
    command = [sys.executable, "-m", "mlmax_pipelines", argument]
    ended = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True)
    assert (ended.returncode, ended.stdout) == (code, out)
    assert ended.stderr.startswith(err)


def test_what_follows_the_command_is_what_it_is_given(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(sys, "argv", ["anything", "create", "--help"])
    with pytest.raises(SystemExit) as ended:
        __main__.main()
    assert ended.value.code == 0
    assert "Usage: pipeline create" in capsys.readouterr().out
