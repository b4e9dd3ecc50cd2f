"""An execution of which reports are made."""

from __future__ import annotations

import json

import pytest

from mlmax_pipelines.artifacts.contract import Artifact
from mlmax_pipelines.backends.contract import ExecutionRecord
from mlmax_pipelines.observe.facts import Facts, Reading
from tests.unit.observe.histories import EVIL, PNG, succeeds

ARTIFACTS = (
    Artifact("s3://b/roc.png", "Evaluate", "report", 28, "ab" * 32),
    Artifact("s3://b/big.png", "Evaluate", "report", 2_000_000, "cd" * 32),
    Artifact("s3://b/model.tar.gz", "Train", "model", 2048, ""),
)


@pytest.fixture
def facts(training, history, pipeline):
    """What is known of a real execution; fields of its record can be given."""

    def make(
        answer=succeeds,
        status="SUCCEEDED",
        read=lambda artifact: PNG,
        artifacts=ARTIFACTS,
        compiled="training",
        **fields,
    ):
        events = history(training, answer, {"note": EVIL})
        details = events[-1].details
        given = {
            "input": {"note": EVIL},
            "output": json.loads(details.get("output", "null")),
            "error": details.get("error"),
            "evidence": {"code": "c0ffee", "git": {"commit": "1a2b"}},
            **fields,
        }
        record = ExecutionRecord(
            "id", "e-1", "training", "local", status, 1000.0, 1100.0, **given
        )
        reading = Reading(
            read, lambda state: [f"log of {state} {EVIL}"], lambda state: "x/y.log"
        )
        found = pipeline(training) if compiled == "training" else compiled
        return Facts(record, events, found, artifacts, reading, now=1100.0)

    return make
