"""What an execution on this machine does for its listeners, once it runs and ends."""

from __future__ import annotations

import json
from pathlib import Path

from mlmax_pipelines.backends.local import LocalBackend
from mlmax_pipelines.compiled import CompiledPipeline
from mlmax_pipelines.environment import Environment
from mlmax_pipelines.project.notify import notify


def test_the_end_leaves_evidence_and_the_start_none(tmp_path: Path) -> None:
    states = {"W": {"Type": "Wait", "Seconds": 900, "End": True}}
    definition = {"StartAt": "W", "States": states}
    pipeline = CompiledPipeline("p", "", "Pipeline", (), definition, {}, (), ())
    backend = LocalBackend(tmp_path, Environment("local", "local"))
    record = backend.start(pipeline, {})
    notify(tmp_path, "local", record.id)
    assert backend.kept(record.id, "evidence.json") is None
    backend.stop(record.id, "enough")
    notify(tmp_path, "local", record.id)
    kept = json.loads(backend.kept(record.id, "evidence.json") or b"")
    assert kept["execution"]["status"] == "ABORTED"
