"""Progress as lines: what is new, once."""

from __future__ import annotations

from typing import Any

import pytest

from mlmax_pipelines.asl.history import HistoryEvent
from mlmax_pipelines.backends.contract import ExecutionRecord
from mlmax_pipelines.cli.plain import PlainLines
from mlmax_pipelines.observe.render import cells
from mlmax_pipelines.observe.timeline import Timeline

RECORD = ExecutionRecord("id", "one", "p", "local", "RUNNING", 0.0)
FAULT = {"error": "SageMaker.Throttled"}


def said(capsys: pytest.CaptureFixture[str], *events: tuple[str, Any]) -> list[str]:
    """The lines, without the time of day, of a view that is shown every event."""
    timeline, view = Timeline(), PlainLines(RECORD)
    for number, (type, details) in enumerate(events, 1):
        timeline.feed(HistoryEvent(number, number - 1, 1.5, type, details))
        view.show(timeline)
    lines = capsys.readouterr().err.splitlines()
    return [line.partition("  ")[2] for line in lines]


def test_each_change_of_a_step_is_one_line(capsys: pytest.CaptureFixture[str]) -> None:
    assert said(
        capsys,
        ("TaskStateEntered", {"name": "Train"}),
        ("TaskScheduled", {}),
        ("TaskSucceeded", {}),
        ("TaskStateExited", {"name": "Train"}),
        ("PassStateEntered", {"name": "Note"}),
        ("PassStateExited", {"name": "Note"}),
    ) == [
        "started 'one'",
        "Train  RUNNING",
        "Train  SUCCEEDED  0.00 s",
        "Note  SUCCEEDED  0.00 s",
    ]


def test_another_attempt_is_news(capsys: pytest.CaptureFixture[str]) -> None:
    lines = said(
        capsys,
        ("TaskStateEntered", {"name": "Train"}),
        ("TaskScheduled", {}),
        ("TaskFailed", FAULT),
        ("TaskScheduled", {}),
    )
    assert lines[-1] == "Train  RETRYING  attempt 2 after SageMaker.Throttled"
    assert lines.count("Train  RUNNING") == 1


def test_a_wait_for_another_attempt_is_said_once_it_is_certain(
    capsys: pytest.CaptureFixture[str],
) -> None:
    events = (
        ("TaskStateEntered", {"name": "Train"}),
        ("TaskScheduled", {}),
        ("TaskFailed", {**FAULT, "cause": "slow down"}),
    )
    now = [0.0]
    timeline, view = Timeline(), PlainLines(RECORD, lambda: now[0])
    for number, (type, details) in enumerate(events, 1):
        at = float(number)
        timeline.feed(HistoryEvent(number, number - 1, at, type, details))
        view.show(timeline)
    for _ in range(3):
        now[0] += 0.4
        view.show(timeline)
    lines = capsys.readouterr().err.splitlines()
    assert lines[-1] == (
        f"{cells.clock(3)}  Train  RETRYING  after attempt 1  "
        "SageMaker.Throttled: slow down"
    )
    assert len(lines) == 3


def test_a_step_that_was_over_before_it_was_seen_is_said_to_begin(
    capsys: pytest.CaptureFixture[str],
) -> None:
    events = (
        ("TaskStateEntered", {"name": "Train"}),
        ("TaskScheduled", {}),
        ("TaskFailed", FAULT),
        ("TaskScheduled", {}),
        ("TaskStateExited", {"name": "Train"}),
        ("PassStateEntered", {"name": "Note"}),
        ("PassStateExited", {"name": "Note"}),
        ("WaitStateEntered", {"name": "Pause"}),
    )
    timeline, view = Timeline(), PlainLines(RECORD)
    for number, (type, details) in enumerate(events, 1):
        timeline.feed(HistoryEvent(number, number - 1, 1.5, type, details))
    view.show(timeline)
    view.show(timeline)
    lines = capsys.readouterr().err.splitlines()
    assert [line.partition("  ")[2] for line in lines] == [
        "started 'one'",
        "Train  RUNNING",
        "Train  SUCCEEDED  0.00 s",
        "Note  SUCCEEDED  0.00 s",
        "Pause  RUNNING",
    ]
