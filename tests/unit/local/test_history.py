"""A history as a file."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from mlmax_pipelines.asl.history import HistoryEvent
from mlmax_pipelines.local.history import History


def event(id: int, type: str = "PassStateEntered") -> HistoryEvent:
    return HistoryEvent(id, id - 1, 0.0, type, {})


@pytest.fixture
def history(tmp_path: Path) -> History:
    return History(tmp_path / "history.jsonl")


def test_events_are_read_as_they_were_written(history: History) -> None:
    assert history.last_change() is None
    with history.writer() as writer:
        writer.write(event(1))
        assert list(history.events(lambda: True)) == [event(1)]
        writer.write(event(2))
    assert list(history.events(lambda: True)) == [event(1), event(2)]
    assert history.last_change()


def test_half_an_event_is_none_and_goes_when_it_is_closed(
    history: History, tmp_path: Path
) -> None:
    with history.writer() as writer:
        writer.write(event(1))
    with (tmp_path / "history.jsonl").open("a") as file:
        file.write('{"id": 2, "prev')
    assert list(history.events(lambda: True)) == [event(1)]
    for _ in range(2):
        # By whoever could not write that it is, the first time.
        history.close("ExecutionAborted", {"cause": "died"})
        found = [(e.id, e.type) for e in history.events(lambda: True)]
        assert found == [(1, "PassStateEntered"), (2, "ExecutionAborted")]


def test_one_that_was_never_begun_is_not_ended(history: History) -> None:
    history.close("ExecutionAborted", {})
    assert list(history.events(lambda: True)) == []


def test_events_are_on_the_disk_before_the_record_says_how_it_ended(
    history: History, monkeypatch: pytest.MonkeyPatch
) -> None:
    flushed: list[int] = []
    monkeypatch.setattr(os, "fsync", flushed.append)
    with history.writer() as writer:
        writer.write(event(1))
        assert not flushed
    assert len(flushed) == 1
