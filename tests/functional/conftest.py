"""The command `pipeline` as its users have it, a process, and projects to use it on."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.patience import LONGEST_SECONDS

Pipeline = Callable[..., "subprocess.CompletedProcess[str]"]

MODULE = """\
name: work
id: 1
version: 1.0.0
type: processing
interface:
  inputs:
    text: {type: string, default: hello}
    seconds: {type: number, default: 0}
    fail: {type: boolean, default: false}
    data: {type: s3, default: null}
  outputs:
    out: {type: s3}
    metrics: {type: metrics}
implementation:
  image: {framework: sklearn, version: 1.4-2}
  entry_point: src/work.py
  instance: {type: ml.m5.large, count: 1, volume_gb: 30, max_runtime_seconds: 600}
"""

SPEC = """\
name: small
description: Two steps, to see the command line at work.
type: Pipeline
parameters:
  text: {type: string, default: hello, enum: [hello, bye]}
  first_seconds: {type: number, default: 0}
  seconds: {type: number, default: 0}
  fail: {type: boolean, default: false}
  data: {type: s3, default: data/in.txt}
steps:
  First:
    module: work
    inputs:
      text: ${parameters.text}
      data: ${parameters.data}
      seconds: ${parameters.first_seconds}
  Second:
    module: work
    inputs:
      seconds: ${parameters.seconds}
      fail: ${parameters.fail}
"""

JOB = '''\
"""Prints a text, waits, writes a file and a metric; fails when told to."""

import argparse
import json
import os
import sys
import time
from pathlib import Path

parser = argparse.ArgumentParser()
parser.add_argument("--text", default="hello")
parser.add_argument("--seconds", type=float, default=0)
parser.add_argument("--fail", default="false")
options = parser.parse_args()
root = Path(os.environ.get("ML_ROOT", "/opt/ml")) / "processing"
print(f"text is {options.text}", flush=True)
for _ in range(round(options.seconds * 10)):
    print("still at work", flush=True)
    time.sleep(0.1)
if options.fail == "true":
    sys.exit("error: told to fail")
found = sorted(path.read_text() for path in (root / "input" / "data").glob("*.txt"))
(root / "output" / "out" / "text.txt").write_text(f"{options.text} {found}")
metrics = {"letters": len(options.text)}
(root / "output" / "metrics" / "metrics.json").write_text(json.dumps(metrics))
'''

FILES = {
    "pipelines/small.yaml": SPEC,
    "modules/work.yaml": MODULE,
    "src/work.py": JOB,
    "data/in.txt": "shipped",
}


@pytest.fixture
def pipeline(tmp_path: Path) -> Pipeline:
    """Runs `pipeline ARGS` in the folder `cwd`, else in an empty one."""

    def run(
        *args: object, cwd: Path | None = None, **variables: str
    ) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [sys.executable, "-m", "mlmax_pipelines", *map(str, args)],
            cwd=cwd or tmp_path,
            env={**os.environ, **variables},
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            timeout=LONGEST_SECONDS,
        )

    return run


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """A small project whose jobs need nothing but Python."""
    root = tmp_path / "project"
    for name, text in FILES.items():
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_text(text)
    return root


LISTENER = '''\
import os


class Diary:
    """Writes down what it is told, in the process that it is told in."""

    def _write(self, *words):
        with open(os.environ["DIARY"], "a") as file:
            print(os.getpid(), *words, file=file)

    def on_start(self, record):
        self._write("start", record.name, record.status)

    def on_artifact(self, record, artifact):
        self._write("artifact", record.name, f"{artifact.step}.{artifact.output}")

    def on_end(self, record):
        self._write("end", record.name, record.status)


class Broken:
    def on_end(self, record):
        raise ValueError("out of ink")
'''
DECLARED = """\
[mlmax_pipelines.listeners]
broken = diary:Broken
diary = diary:Diary
gone = diary:Gone
"""


@pytest.fixture
def diary(tmp_path: Path) -> dict[str, str]:
    """A package with listeners, as an installer leaves it: variables to find it with,
    and `DIARY`, the file they write to."""
    folder = tmp_path / "installed"
    about = folder / "diary-1.0.dist-info"
    about.mkdir(parents=True)
    (about / "METADATA").write_text(
        "Metadata-Version: 2.1\nName: diary\nVersion: 1.0\n"
    )
    (about / "entry_points.txt").write_text(DECLARED)
    (folder / "diary.py").write_text(LISTENER)
    path = os.pathsep.join([str(folder), *filter(None, [os.environ.get("PYTHONPATH")])])
    return {"PYTHONPATH": path, "DIARY": str(tmp_path / "diary.txt")}
