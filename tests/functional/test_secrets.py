"""A secret's value comes from the caller's environment, and is written nowhere."""

from __future__ import annotations

import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

Pipeline = Callable[..., "subprocess.CompletedProcess[str]"]
VALUE = "hunter2-correct-horse"
JOB = """
import os
value = os.environ["DB_PASSWORD"]
print("letters", len(value), os.environ["DB_PASSWORD_ARN"])
out = os.environ.get("ML_ROOT") + "/processing/output/"
open(out + "out/text.txt", "w").write(str(len(value)))
open(out + "metrics/metrics.json", "w").write("{}")
"""
FUNCTION = """
import os

def handler(event, context):
    return {"letters": len(os.environ["DB_PASSWORD"])}
"""
CALL = """
  Third: {module: call}
"""


@pytest.fixture
def secretive(project: Path) -> Path:
    secrets = "secrets: {DB_PASSWORD: prod/db}\n"
    module = (project / "modules/work.yaml").read_text()
    (project / "modules/work.yaml").write_text(module + secrets)
    made = "name: call\ntype: lambda\nimplementation: {handler: src/call.handler}\n"
    (project / "modules/call.yaml").write_text(made + secrets)
    (project / "src/work.py").write_text(JOB)
    (project / "src/call.py").write_text(FUNCTION)
    with (project / "pipelines/small.yaml").open("a") as spec:
        spec.write(CALL)
    return project


def test_its_value_reaches_jobs_and_functions_and_no_file(
    secretive: Path, pipeline: Pipeline
) -> None:
    done = pipeline("run", "small", cwd=secretive, DB_PASSWORD=VALUE)
    assert done.returncode == 0, done.stderr
    assert pipeline("create", cwd=secretive, DB_PASSWORD=VALUE).returncode == 0
    logs = pipeline("logs", cwd=secretive).stdout
    arn = "arn:aws:secretsmanager:us-east-1:000000000000:secret:prod/db"
    assert f"letters {len(VALUE)} {arn}" in logs
    report = pipeline("report", cwd=secretive, DB_PASSWORD=VALUE)
    assert report.returncode == 0
    assert VALUE not in done.stdout + done.stderr + logs + report.stdout
    files = [path for path in secretive.rglob("*") if path.is_file()]
    assert [f for f in files if VALUE.encode() in f.read_bytes()] == []


def test_without_a_value_nothing_starts(secretive: Path, pipeline: Pipeline) -> None:
    done = pipeline("run", "small", cwd=secretive)
    assert done.returncode == 2
    assert "step 'Third' uses the secret 'DB_PASSWORD'" in done.stderr
    assert "DB_PASSWORD=... pipeline run small" in done.stderr
    assert pipeline("list", "--format", "json", cwd=secretive).stdout.strip() == "[]"
