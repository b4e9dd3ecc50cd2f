"""Slots of executions that no longer run."""

from __future__ import annotations

from pathlib import Path
from types import SimpleNamespace
from typing import Any

from mlmax_pipelines.local.executions import Executions
from mlmax_pipelines.local.services import slots


def test_who_holds_one_and_runs_no_more_loses_it(tmp_path: Path) -> None:
    executions = Executions(tmp_path)
    made = {
        name: executions.create(executions.folder("p", name), {}, {}, 1)
        for name in ("runs", "ended")
    }
    (lock,) = [one for name, one in made.items() if name == "ended"]
    import os

    assert lock is not None
    os.close(lock)
    workspace: Any = SimpleNamespace(folder=tmp_path / "p" / "asks")
    of = "arn:aws:states:us-east-1:000000000000:execution:mlmax-local-p:"
    holders = {"SS": [of + "ended", of + "never-was", of + "runs"]}
    table = {"items": [{"pipeline": {"S": "mlmax-local-p"}, "executions": holders}]}
    slots.take_back(table, workspace)
    assert table["items"][0]["executions"] == {"SS": [of + "runs"]}
    executions.folder("p", "runs")
    os.close(made["runs"] or 0)
    slots.take_back(table, workspace)
    assert "executions" not in table["items"][0]
