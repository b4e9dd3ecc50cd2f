"""Executions as a terminal shows them."""

from __future__ import annotations

from dataclasses import replace

import click
import pytest

from mlmax_pipelines.artifacts.contract import Artifact
from mlmax_pipelines.backends.contract import ExecutionRecord
from mlmax_pipelines.observe import metrics
from mlmax_pipelines.observe.render.terminal import (
    change,
    executions,
    steps,
    summary,
    terminal,
)
from mlmax_pipelines.observe.report import build
from mlmax_pipelines.observe.timeline import Row, Timeline
from tests.unit.observe.histories import broken

NUMBERS = {f"metric_{number}": float(number) for number in range(20)}
RECORD = ExecutionRecord("id", "one", "p", "local", "SUCCEEDED", 100.0, 103.5)
BASE = "s3://artifacts/p/one"


def summed_up(record=RECORD, artifacts=(), width=88):
    timeline = Timeline()
    came_to = metrics.found(record)
    lines = summary(record, timeline, came_to, artifacts, lambda uri: "here", width)
    return click.unstyle("\n".join(lines)).splitlines()


@pytest.mark.parametrize(("width", "most"), [(30, 30), (60, 60), (88, 88)])
def test_metrics_fill_the_width_and_no_more(width, most):
    values = {"outputs": {"metrics": {"values": NUMBERS}}}
    lines = summed_up(replace(RECORD, output={"steps": {"Train": values}}), (), width)
    assert lines[:3] == ["one  SUCCEEDED  in 3.50 s", "", "metrics of Train"]
    assert most - 15 <= max(map(len, lines[3:])) <= most
    assert " ".join(" ".join(lines[3:]).split()) == " ".join(
        f"metric_{number} {number}" for number in range(20)
    )


def test_texts_and_items_are_metrics_and_no_more_than_fit():
    one = {"outputs": {"m": {"values": {"best": "xgb", "ok": True, "long": "x" * 99}}}}
    steps = {f"S{number}": one for number in range(30)}
    lines = summed_up(replace(RECORD, output={"steps": steps}), (), 40)
    assert lines[3:6] == ["  best xgb", "  ok true", "  long " + "x" * 31]
    assert lines[-1] == "and 30 more metrics: 'pipeline report' has them"


def test_outputs_are_told_by_file_or_folder_below_what_they_share():
    artifacts = [
        Artifact(f"{BASE}/Train/model/job/model.tar.gz", "Train", "model", 2048),
        Artifact(f"{BASE}/Train/plots/a.png", "Train", "plots", 1000),
        Artifact(f"{BASE}/Train/plots/b.png", "Train", "plots", 24),
    ]
    assert summed_up(artifacts=artifacts)[1:] == [
        "",
        "outputs in here/",
        "           2.0 KiB  model/job/model.tar.gz",
        "  2 files, 1.0 KiB  plots/",
    ]


def test_an_execution_that_runs_has_taken_the_time_until_now():
    running = replace(RECORD, status="RUNNING", stop_time=None)
    heads, row = click.unstyle(executions([running], now=160.0)).splitlines()
    assert heads.split() == ["EXECUTION", "PIPELINE", "STATUS", "STARTED", "TOOK"]
    assert row.startswith("one") and row.endswith("1 min 00 s")


def test_a_step_says_how_often_it_was_tried_and_what_it_failed_with():
    row = Row("Train", "Task", "Train", 1.0, "FAILED", 3.0, 2, "Broken", "why")
    text = click.unstyle(steps([row], now=9.0))
    assert text.splitlines()[1] == "Train  FAILED  2.00 s  attempt 2  Broken: why"


def test_a_change_is_a_line_that_begins_with_the_time():
    row = Row("Train", "Task", "Train", 1.0, "RETRYING", attempts=2, errors=("Slow",))
    time, line = click.unstyle(change(row)).split("  ", 1)
    assert len(time) == len("12:34:56")
    assert line == "Train  RETRYING  attempt 2 after Slow"


def test_a_whole_report_is_text_that_moves_no_cursor(facts):
    made = facts(broken, "FAILED", evidence={"code": "\x1b[2Jgone\rcode"})
    text = click.unstyle(terminal(build(made)))
    titles = [line for line in text.splitlines() if line.isupper() and line[0] != " "]
    assert titles == [
        "EXECUTION  PIPELINE  STATUS  STARTED              TOOK",
        "WHAT FAILED",
        "PARAMETERS",
        "STEPS",
        "TIMELINE",
        "PICTURES",
        "ARTIFACTS",
        "VERSIONS",
    ]
    assert "step 'Train' failed: AlgorithmError" in text
    assert "caught, and ended in 'Failed'" in text
    assert "log of Train" in text and "(x/y.log)" in text
    assert "s3://b/roc.png" in text and "2.0 KiB" in text
    assert "\x1b" not in text and "\r" not in text
