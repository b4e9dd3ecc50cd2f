"""The reference pipeline under signals, at any moment: nothing is left or lost."""

from __future__ import annotations

import json
import os
import signal
import subprocess
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest

from mlmax_pipelines.local.jobs.kin import leftovers
from tests.patience import wait_for

Pipeline = Callable[..., "subprocess.CompletedProcess[str]"]

pytest.importorskip("xgboost", reason="the reference jobs need the extra 'local'")

# A moment is the number of events there are: 56 when the execution has ended.
SHORT = [(signal.SIGKILL, 18)]
WHOLE = [(n, moment) for n in (signal.SIGTERM, signal.SIGKILL) for moment in range(56)]


@pytest.mark.proof("kills", SHORT, WHOLE)
def test_an_execution_that_was_killed_is_redriven_to_its_end(
    pipeline: Pipeline, tmp_path: Path, case: tuple[signal.Signals, int]
) -> None:
    number, moment = case
    assert pipeline("init", "mine").returncode == 0
    project = tmp_path / "mine"
    folder = project / ".mlmax/local/executions/training/one"

    def status() -> dict[str, Any]:
        shown = pipeline("status", "one", "--format", "json", cwd=project)
        found: dict[str, Any] = json.loads(shown.stdout)
        return found

    run = pipeline("run", "training", "--name", "one", "--no-wait", cwd=project)
    assert run.returncode == 0, run.stderr
    history = folder / "history.jsonl"

    def events() -> int:
        return history.read_bytes().count(b"\n") if history.exists() else 0

    wait_for(lambda: events() >= moment, every=0.001)
    with suppress(ProcessLookupError):
        os.kill(int((folder / "lock").read_text()), number)
    wait_for(lambda: status()["status"] != "RUNNING")
    wait_for(lambda: not leftovers(folder))
    if status()["status"] == "ABORTED" and status()["steps"]:
        redriven = pipeline("redrive", "one", cwd=project)
        assert redriven.returncode == 0, redriven.stderr
        ended = {row["step"]: row["status"] for row in status()["steps"]}
        assert set(ended.values()) == {"SUCCEEDED"}
        verified = pipeline("verify", "one", cwd=project)
        assert verified.returncode == 0, verified.stdout
