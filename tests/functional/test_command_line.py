"""The command's frame: help, options, and how it ends when something is wrong."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from mlmax_pipelines import __version__
from mlmax_pipelines.cli.main import SECTIONS

Pipeline = Callable[..., "subprocess.CompletedProcess[str]"]
COMMANDS = [name for section in SECTIONS.values() for name in section]


def test_help_names_every_command(pipeline: Pipeline) -> None:
    result = pipeline("--help")
    assert result.returncode == 0
    for name in COMMANDS:
        assert f"\n  {name} " in result.stdout


@pytest.mark.parametrize("name", COMMANDS)
def test_help_of_a_command_has_examples(pipeline: Pipeline, name: str) -> None:
    result = pipeline(name, "--help")
    assert result.returncode == 0, result.stderr
    assert f"pipeline {name}" in result.stdout.partition("Example")[2]


def test_help_imports_no_command_and_nothing_heavy() -> None:
    code = (
        "import sys; from mlmax_pipelines.cli.main import run; run(['--help'])\n"
        "loaded = {name.partition('.')[0] for name in sys.modules}\n"
        "heavy = {'yaml', 'boto3', 'sagemaker', 'stepfunctions', 'rich', 'pathspec'}\n"
        "assert not loaded & heavy\n"
        "own = {name for name in sys.modules if name.startswith('mlmax_pipelines.')}\n"
        "assert own == {'mlmax_pipelines.' + name for name in "
        "('cli', 'cli.app', 'cli.lazy', 'cli.main', 'base', 'base.errors', "
        "'base.printed')}, own"
    )
    subprocess.run([sys.executable, "-c", code], check=True, stdout=subprocess.DEVNULL)


def test_version(pipeline: Pipeline) -> None:
    assert pipeline("--version").stdout == f"pipeline {__version__}\n"


def test_an_unknown_command_is_answered_with_the_nearest(pipeline: Pipeline) -> None:
    result = pipeline("craete")
    assert result.returncode == 2
    assert "error: no command 'craete': did you mean 'create'?" in result.stderr
    assert "Traceback" not in result.stderr


def test_an_unknown_option_is_a_usage_error(pipeline: Pipeline) -> None:
    result = pipeline("create", "--chek")
    assert result.returncode == 2
    assert result.stderr.startswith("error: no such option")
    assert "hint: see 'pipeline create --help'" in result.stderr


def test_outside_a_project_every_command_says_so(
    pipeline: Pipeline, tmp_path: Path
) -> None:
    result = pipeline("create")
    assert result.returncode == 2
    assert result.stdout == ""
    assert f"error: no project here: neither '{tmp_path}'" in result.stderr
    assert "pipeline init DIR" in result.stderr


def test_a_folder_that_is_no_project_is_refused(pipeline: Pipeline) -> None:
    result = pipeline("-C", "nowhere", "create")
    assert result.returncode == 2
    assert "'nowhere' is no project" in result.stderr


def test_output_that_nobody_reads_is_no_error(tmp_path: Path) -> None:
    command = f"'{sys.executable}' -m mlmax_pipelines --help | true"
    result = subprocess.run(
        ["bash", "-o", "pipefail", "-c", command], capture_output=True, cwd=tmp_path
    )
    assert (result.returncode, result.stderr) == (0, b"")


def test_bytes_that_are_no_text_are_refused(tmp_path: Path) -> None:
    command = [sys.executable, "-m", "mlmax_pipelines", "status", b"caf\xe9"]
    variables = {**os.environ, "PYTHONUTF8": "1"}
    result = subprocess.run(command, cwd=tmp_path, env=variables, capture_output=True)
    assert result.returncode == 2
    assert b"error: 'caf\\udce9' is not utf-8 text" in result.stderr


def test_closed_output_is_not_a_bug(tmp_path: Path) -> None:
    command = ["sh", "-c", 'exec "$0" -m mlmax_pipelines schema >&-', sys.executable]
    result = subprocess.run(command, cwd=tmp_path, stderr=subprocess.PIPE, text=True)
    assert (result.returncode, result.stderr) == (0, "")
