"""`pipeline run` and the commands that look at executions, on this machine."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.patience import LONGEST_SECONDS, wait_for

Pipeline = Callable[..., "subprocess.CompletedProcess[str]"]

needs_proc = pytest.mark.skipif(
    not Path("/proc").is_dir(), reason="finds the jobs' processes in /proc"
)


def executions(pipeline: Pipeline, project: Path) -> list[dict[str, Any]]:
    listed = pipeline("list", "--format", "json", cwd=project)
    found: list[dict[str, Any]] = json.loads(listed.stdout)
    return found


def start(project: Path, *args: str, **options: Any) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-m", "mlmax_pipelines", "run", "small", *args],
        cwd=project,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        **options,
    )


def jobs(project: Path) -> list[str]:
    """The command lines of jobs of this project that are still alive."""
    found = []
    for path in Path("/proc").glob("[0-9]*/cmdline"):
        try:
            line = path.read_bytes().replace(b"\0", b" ").decode()
            folder = os.readlink(path.with_name("cwd"))
        except OSError:
            continue
        if "work.py" in line and (str(project) in line or str(project) in folder):
            found.append(line)
    return found


def test_a_run_shows_progress_and_sums_up(pipeline: Pipeline, project: Path) -> None:
    result = pipeline("run", "small", "-i", "text=bye", "--name", "one", cwd=project)
    assert result.returncode == 0, result.stderr
    progress = [line.split("  ")[1:3] for line in result.stderr.splitlines()]
    assert progress[1:] == [
        ["First", "RUNNING"],
        ["First", "SUCCEEDED"],
        ["Second", "RUNNING"],
        ["Second", "SUCCEEDED"],
    ]
    assert result.stdout.startswith("one  SUCCEEDED  in ")
    assert "next: pipeline report one" in result.stdout
    place = result.stdout.partition("outputs in ")[2].splitlines()
    file = project / place[0] / "First/out/text.txt"
    assert file.read_text() == "bye ['shipped']"
    assert "First/out/text.txt" in result.stdout


def test_a_local_file_is_uploaded_for_an_s3_input(
    pipeline: Pipeline, project: Path
) -> None:
    (project / "src" / "mine.txt").write_text("mine")
    run = ("run", "small", "-i", "data=mine.txt")
    result = pipeline(*run, cwd=project / "src")
    assert result.returncode == 0, result.stderr
    (record,) = executions(pipeline, project)
    assert record["input"]["data"].startswith("s3://")
    (text,) = (project / ".mlmax").glob("local/s3/**/First/out/text.txt")
    assert text.read_text() == "hello ['mine']"


def test_an_input_file_gives_way_to_the_command_line(
    pipeline: Pipeline, project: Path
) -> None:
    (project / "in.yaml").write_text("text: bye\nseconds: 0.1\n")
    run = ("run", "small", "--input-file", "in.yaml", "-i", "text=hello")
    assert pipeline(*run, cwd=project).returncode == 0
    (record,) = executions(pipeline, project)
    assert record["input"] == {"text": "hello", "seconds": 0.1}


def test_wrong_inputs_come_all_at_once_before_anything_starts(
    pipeline: Pipeline, project: Path
) -> None:
    (project / "in.yaml").write_text("seconds: soon\n")
    wrong = ("-i", "txt=bye", "-i", "text=maybe", "-i", "data=none.txt")
    result = pipeline("run", "small", "--input-file", "in.yaml", *wrong, cwd=project)
    assert result.returncode == 2
    assert "error: in.yaml:1:10: input 'seconds' is 'soon', must be" in result.stderr
    assert "no input 'txt'" in result.stderr and "mean 'text'?" in result.stderr
    assert "'maybe', must be one of 'hello', 'bye'" in result.stderr
    assert "no file or folder 'none.txt'" in result.stderr
    assert "4 errors" in result.stderr
    assert executions(pipeline, project) == []


@pytest.mark.parametrize(
    ("args", "text"),
    [
        (("-i", "text"), "'--input text' is not NAME=VALUE"),
        (("--input-file", "none.yaml"), "no file 'none.yaml'"),
        (("--name", "a b"), "'a b' cannot be the name of an execution"),
        (("-e", "prod"), "no environment 'prod'"),
    ],
)
def test_a_wrong_option_is_one_clear_error(
    pipeline: Pipeline, project: Path, args: tuple[str, ...], text: str
) -> None:
    result = pipeline("run", "small", *args, cwd=project)
    assert result.returncode == 2
    assert f"error: {text}" in result.stderr
    assert "Traceback" not in result.stderr


def test_an_environment_on_aws_needs_a_region(
    pipeline: Pipeline, project: Path, tmp_path: Path
) -> None:
    (project / "envs").mkdir()
    (project / "envs/dev.yaml").write_text("backend: stepfunctions\n")
    nowhere = {"AWS_CONFIG_FILE": str(tmp_path / "none"), "AWS_DEFAULT_REGION": ""}
    result = pipeline("run", "small", "-e", "dev", cwd=project, **nowhere)
    assert result.returncode == 3
    assert "error: no AWS region is set" in result.stderr


def test_the_environment_sets_inputs(pipeline: Pipeline, project: Path) -> None:
    (project / "envs").mkdir()
    settings = "parameters: {small: {text: bye, seconds: 0}}\n"
    (project / "envs/local.yaml").write_text(settings)
    assert pipeline("run", "small", "-i", "seconds=0.1", cwd=project).returncode == 0
    (record,) = executions(pipeline, project)
    assert record["input"] == {"text": "bye", "seconds": 0.1}


def test_a_failed_run_says_what_failed_and_where_to_look(
    pipeline: Pipeline, project: Path
) -> None:
    result = pipeline("run", "small", "-i", "fail=true", "--name", "bad", cwd=project)
    assert result.returncode == 4
    assert result.stdout == ""
    assert "error: execution 'bad' ended FAILED: step 'Second' failed" in result.stderr
    assert "    error: told to fail" in result.stderr
    log = result.stderr.partition("whole log: ")[2].strip()
    assert "told to fail" in (project / log).read_text()
    status = pipeline("status", cwd=project)
    assert "First   SUCCEEDED" in status.stdout
    assert "Second  FAILED" in status.stdout
    assert "told to fail" in pipeline("logs", "bad", "Second", cwd=project).stdout


@needs_proc
def test_ctrl_c_stops_the_execution_and_its_jobs(
    pipeline: Pipeline, project: Path
) -> None:
    process = start(project, "-i", "seconds=900", "--name", "long")
    wait_for(lambda: bool(jobs(project)))
    # It follows what it started: now it is for Ctrl-C to end that.
    assert process.stderr
    while "First  RUNNING" not in process.stderr.readline():
        assert process.poll() is None
    process.send_signal(signal.SIGINT)
    _, errors = process.communicate(timeout=LONGEST_SECONDS)
    assert process.returncode == 130
    assert "stopping 'long' ..." in errors
    assert "Traceback" not in errors
    assert jobs(project) == []
    (record,) = executions(pipeline, project)
    assert record["status"] == "ABORTED"
    assert "Ctrl-C" in record["cause"]


@needs_proc
def test_a_run_that_is_not_waited_for_is_followed_and_stopped_later(
    pipeline: Pipeline, project: Path
) -> None:
    run = ("run", "small", "--no-wait", "--name", "later", "-i", "seconds=900")
    result = pipeline(*run, cwd=project)
    assert (result.returncode, result.stdout) == (0, "later\n")
    wait_for(lambda: "still at work" in pipeline("logs", cwd=project).stdout)
    status = pipeline("status", "later", "--format", "json", cwd=project)
    assert json.loads(status.stdout)["status"] == "RUNNING"
    assert "stopped 'later'" in pipeline("stop", "later", cwd=project).stdout
    assert jobs(project) == []
    again = pipeline("stop", "later", cwd=project)
    assert again.returncode == 0
    assert "is not running: it was stopped" in again.stderr
    status = pipeline("status", "small/latest", cwd=project)
    assert "\nwhy it ended: stopped by 'pipeline stop'\n" in status.stdout


def test_following_ends_with_the_execution(pipeline: Pipeline, project: Path) -> None:
    pipeline("run", "small", "--no-wait", "-i", "seconds=1", cwd=project)
    logs = pipeline("logs", "latest", "Second", "--follow", cwd=project)
    assert logs.stdout.count("still at work") == 10
    assert "SUCCEEDED" in pipeline("status", "--follow", cwd=project).stdout


def test_list_compare_and_report(pipeline: Pipeline, project: Path) -> None:
    assert "'pipeline run NAME' starts one" in pipeline("list", cwd=project).stderr
    none = pipeline("list", "small", "--status", "FAILED", cwd=project)
    assert "no executions of 'small' that are FAILED in environment" in none.stderr
    assert "'pipeline list' shows all" in none.stderr
    for name, text in (("a", "hello"), ("b", "bye")):
        pipeline("run", "small", "--name", name, "-i", f"text={text}", cwd=project)
    rows = pipeline("list", "small", cwd=project).stdout.splitlines()
    assert [row.split()[0] for row in rows] == ["EXECUTION", "b", "a"]
    compared = pipeline("compare", "a", cwd=project).stdout
    assert ["text", "hello", "bye", "differs"] in [
        line.split() for line in compared.splitlines()
    ]
    itself = pipeline("compare", "b", cwd=project)
    assert "'b' beside itself" in itself.stderr
    page = pipeline("report", "a", cwd=project).stdout.strip()
    assert "hello" in (project / page).read_text(encoding="utf-8")
    text = pipeline("report", "a", "--format", "md", "-o", "-", cwd=project).stdout
    assert "`small`" in text
    unknown = pipeline("report", "c", cwd=project)
    assert unknown.returncode == 2
    assert "no execution 'c'" in unknown.stderr


def test_logs_name_the_step_unless_it_was_asked_for(
    pipeline: Pipeline, project: Path
) -> None:
    pipeline("run", "small", "--name", "a", cwd=project)
    assert pipeline("logs", cwd=project).stdout == (
        "First | text is hello\nSecond | text is hello\n"
    )
    assert pipeline("logs", "a", "First", cwd=project).stdout == "text is hello\n"
    unknown = pipeline("logs", "a", "Frist", cwd=project)
    assert unknown.returncode == 2
    assert "step 'Frist' has no log in execution 'a'" in unknown.stderr
    assert "First, Second" in unknown.stderr
