from __future__ import annotations

import json
from typing import Any

from mlmax_pipelines.asl.history import HistoryEvent
from mlmax_pipelines.local import resume


def entered(id: int, name: str, data: Any = None) -> HistoryEvent:
    details = {"name": name, "input": json.dumps(data)}
    return HistoryEvent(id, id - 1, 0.0, "TaskStateEntered", details)


def test_the_last_visit_counts() -> None:
    events = [entered(2, "A", 1), entered(3, "A", 2), entered(4, "Inner", 3)]
    found = resume.last_entered(events, {"A", "B"})
    assert found is events[1]
    assert resume.start_of(found) == resume.Start("A", 2)
    assert resume.last_entered(events, {"B"}) is None


def test_redrives_are_counted() -> None:
    events = [entered(2, "A"), HistoryEvent(3, 2, 0.0, "ExecutionRedriven", {})]
    assert resume.start_of(events[0], events[:1]) == resume.Start("A", None, 2, 1)
    assert resume.start_of(events[0], events) == resume.Start("A", None, 3, 2)
    assert resume.redrives(events) == 1


def test_a_new_history_is_written_as_it_comes() -> None:
    seen: list[HistoryEvent] = []
    assert resume.numbered_on(seen.append, 0) == seen.append


def test_a_history_that_goes_on_is_numbered_on() -> None:
    seen: list[HistoryEvent] = []
    listen = resume.numbered_on(seen.append, 10)
    listen(HistoryEvent(1, 0, 0.0, "ExecutionStarted", {"input": "{}"}))
    # The first state follows no event, the second the first one's.
    listen(HistoryEvent(2, 0, 0.0, "PassStateEntered", {"name": "A"}))
    listen(HistoryEvent(3, 2, 0.0, "PassStateExited", {"name": "A"}))
    assert [(e.id, e.previous_id, e.type) for e in seen] == [
        (11, 10, "ExecutionRedriven"),
        (12, 11, "PassStateEntered"),
        (13, 12, "PassStateExited"),
    ]
    assert seen[0].details == {}
