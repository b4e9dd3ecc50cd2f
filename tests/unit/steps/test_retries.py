"""A step's own retries, or those of the infrastructure's errors."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from mlmax_pipelines.asl.walk import walk_states
from tests.unit.compiler.projects import compiled


def retries(tmp_path: Path, step: str) -> dict[str, Any]:
    pipeline = compiled(tmp_path, step)
    return {
        found.name: found.state.get("Retry")
        for found in walk_states(pipeline.definition)
        if found.state["Type"] in ("Task", "Parallel")
    }


def test_what_reads_metrics_is_retried_and_what_judges_them_is_not(
    tmp_path: Path,
) -> None:
    found = retries(tmp_path, "  A: {module: copy}\n")
    assert found["A quality"] is None
    (retry,) = found["A quality file"]
    assert retry["ErrorEquals"] == ["S3.S3Exception", "S3.SdkClientException"]


def test_a_step_that_says_never_is_never_tried_again(tmp_path: Path) -> None:
    found = retries(tmp_path, "  A: {module: copy, retry: []}\n")
    assert set(map(str, found.values())) == {"None"}
