"""How an execution's end is told."""

from __future__ import annotations

from pathlib import Path

import pytest

from mlmax_pipelines.cli.summary import _width
from tests.unit.cli.conftest import Pipeline


@pytest.mark.parametrize(("columns", "width"), [("30", 30), ("500", 88)])
def test_a_summary_fills_the_terminal_up_to_a_limit(
    monkeypatch: pytest.MonkeyPatch, columns: str, width: int
) -> None:
    monkeypatch.setenv("COLUMNS", columns)
    assert _width() == width


def test_a_success_has_metrics_outputs_and_a_next_step(
    project: Path, pipeline: Pipeline
) -> None:
    out = pipeline(project, "run", "small", "--name", "one").out
    assert out.startswith("one  SUCCEEDED  in ")
    assert "metrics of First\n  letters 5\n" in out
    assert "outputs in .mlmax/local/s3/artifacts/small/one/" in out
    assert out.endswith("next: pipeline report one\n")


def test_a_failure_has_the_end_of_its_log_and_where_it_is(
    project: Path, pipeline: Pipeline
) -> None:
    err = pipeline(project, "run", "small", "--name", "one", "-i", "fail=true").err
    assert "execution 'one' ended FAILED: step 'Second' failed: " in err
    assert "  last lines of its log:\n    text is hello\n    error: told to fail" in err
    assert "  whole log: .mlmax/local/executions/small/one/logs/Second.log" in err
