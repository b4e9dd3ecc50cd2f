"""`pipeline redrive`, `replay`, `download` and `verify` on this machine."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

Pipeline = Callable[..., "subprocess.CompletedProcess[str]"]

# Fails as long as there is no file to be found; counts how often it was run.
JOB = """\
import os
import sys
from pathlib import Path

with open(os.environ["COUNT"], "a") as count:
    count.write(sys.argv[2] + "\\\\n")
if sys.argv[2] == "second" and not Path(os.environ["COUNT"]).with_name("ok").exists():
    sys.exit("error: not yet")
out = Path(os.environ["ML_ROOT"]) / "processing/output/out"
(out / "text.txt").write_text(sys.argv[2])
""".replace("\\\\n", "\\n")
MODULE = """\
name: work
id: 1
version: 1.0.0
type: processing
interface:
  inputs:
    text: {type: string}
    data: {type: s3, default: null}
  outputs:
    out: {type: s3}
implementation:
  image: {framework: sklearn, version: 1.4-2}
  entry_point: src/work.py
  instance: {type: ml.m5.large, count: 1, volume_gb: 30, max_runtime_seconds: 600}
"""
SPEC = """\
name: two
type: Pipeline
steps:
  First:
    module: work
    inputs: {text: first}
  Second:
    module: work
    inputs: {text: second, data: "${steps.First.outputs.out}"}
  Third:
    module: work
    inputs: {text: third}
"""


@pytest.fixture
def two(project: Path) -> Path:
    """A project whose second step fails until there is a file `ok`."""
    (project / "pipelines/two.yaml").write_text(SPEC)
    (project / "modules/work.yaml").write_text(MODULE)
    (project / "pipelines/small.yaml").unlink()
    text = JOB.replace('os.environ["COUNT"]', repr(str(project / "count")))
    (project / "src/work.py").write_text(text)
    return project


def steps(pipeline: Pipeline, project: Path, name: str) -> list[tuple[str, str]]:
    shown = pipeline("status", name, "--format", "json", cwd=project)
    return [(row["step"], row["status"]) for row in json.loads(shown.stdout)["steps"]]


def evidence(project: Path, name: str) -> dict[str, Any]:
    path = project / ".mlmax/local/s3/artifacts/two" / name / "evidence.json"
    found: dict[str, Any] = json.loads(path.read_text())
    return found


def test_a_redriven_execution_goes_on_where_it_failed(
    pipeline: Pipeline, two: Path
) -> None:
    assert pipeline("run", "two", "--name", "one", cwd=two).returncode == 4
    assert evidence(two, "one")["execution"]["status"] == "FAILED"
    (two / "ok").touch()
    result = pipeline("redrive", "one", cwd=two)
    assert result.returncode == 0, result.stderr
    assert result.stdout.startswith("one  SUCCEEDED")
    assert (two / "count").read_text().split() == ["first", "second", "second", "third"]
    assert steps(pipeline, two, "one") == [
        ("First", "SUCCEEDED"),
        ("Second", "FAILED"),
        ("Second", "SUCCEEDED"),
        ("Third", "SUCCEEDED"),
    ]
    assert evidence(two, "one")["execution"]["status"] == "SUCCEEDED"
    again = pipeline("redrive", "one", cwd=two)
    assert again.returncode == 2
    assert "'one' cannot be redriven: it is SUCCEEDED" in again.stderr


def test_a_redriven_execution_can_fail_again(pipeline: Pipeline, two: Path) -> None:
    assert pipeline("run", "two", "--name", "one", cwd=two).returncode == 4
    result = pipeline("redrive", "one", cwd=two)
    assert result.returncode == 4
    assert "step 'Second' failed" in result.stderr
    assert "error: not yet" in result.stderr


def test_a_replay_takes_over_what_came_before(pipeline: Pipeline, two: Path) -> None:
    assert pipeline("run", "two", "--name", "one", cwd=two).returncode == 4
    code = (two / "src/work.py").read_text()
    (two / "src/work.py").write_text(code.replace('== "second"', '== "nothing"'))
    result = pipeline("replay", "one", cwd=two)
    assert result.returncode == 0, result.stderr
    assert "replaying 'one' from 'Second'" in result.stderr
    assert (two / "count").read_text().split() == ["first", "second", "second", "third"]
    assert steps(pipeline, two, "one-replay") == [
        ("Second", "SUCCEEDED"),
        ("Third", "SUCCEEDED"),
    ]
    written = two / ".mlmax/local/s3/artifacts/two/one-replay"
    assert (written / "Second/out/text.txt").read_text() == "second"
    last = pipeline("replay", "one-replay", "--from", "Third", cwd=two)
    assert last.returncode == 0, last.stderr
    never = pipeline("replay", "one", "--from", "Third", cwd=two)
    assert never.returncode == 2
    assert "'one' never came to 'Third'" in never.stderr


def test_what_a_step_wrote_is_downloaded(pipeline: Pipeline, two: Path) -> None:
    (two / "ok").touch()
    assert pipeline("run", "two", "--name", "one", cwd=two).returncode == 0
    result = pipeline("download", "one", "Second.out", cwd=two)
    assert (result.returncode, result.stdout) == (0, "one\n")
    assert [p.read_text() for p in (two / "one").rglob("*.txt")] == ["second"]
    everything = pipeline("download", "one", "--to", "all", cwd=two)
    assert everything.returncode == 0
    assert len(list((two / "all").rglob("*.txt"))) == 3


def test_evidence_tells_what_has_changed_since(pipeline: Pipeline, two: Path) -> None:
    (two / "ok").touch()
    assert pipeline("run", "two", "--name", "one", cwd=two).returncode == 0
    assert pipeline("verify", "one", cwd=two).returncode == 0
    outputs = two / ".mlmax/local/s3/artifacts/two/one"
    (outputs / "First/out/text.txt").write_text("else")
    (outputs / "Second/out/text.txt").unlink()
    (outputs / "Third/out/new.txt").write_text("new")
    (two / "pipelines/two.yaml").write_text(SPEC + "  Last: {type: pass}\n")
    result = pipeline("verify", "one", cwd=two)
    assert result.returncode == 4
    lines = result.stdout.splitlines()[1:]
    what = {line.split()[0].rpartition("/one/")[2]: line for line in lines}
    assert "the project has moved on since: another spec" in result.stderr
    assert set(what) == {
        "First/out/text.txt",
        "Second/out/text.txt",
        "Third/out/new.txt",
    }
    assert what["Second/out/text.txt"].endswith("gone")
    assert "not there" in what["Third/out/new.txt"]
    assert "3 of" in result.stderr
