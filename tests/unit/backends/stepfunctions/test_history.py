"""A history fetched page by page.

The pages are played back, because no emulator redrives executions, cuts a page in the
middle of news, or shows a history that lags behind.
"""

from __future__ import annotations

from datetime import datetime, timezone
from typing import Any

from mlmax_pipelines.backends.stepfunctions.history import History
from mlmax_pipelines.backends.stepfunctions.patience import Patience

TIME = datetime(2026, 11, 20, tzinfo=timezone.utc)


class Playback:
    """Answers GetExecutionHistory with pages of `size` of the first `there` events."""

    def __init__(self, types: list[str], size: int = 1000) -> None:
        self.types, self.size, self.there = types, size, len(types)
        self.asked: list[dict[str, Any]] = []

    def call(self, service: str, operation: str, **arguments: Any) -> dict[str, Any]:
        self.asked.append(arguments)
        events = [
            {"id": n, "previousEventId": n - 1, "type": type, "timestamp": TIME}
            for n, type in enumerate(self.types[: self.there], 1)
        ]
        if arguments.get("reverseOrder"):
            events.reverse()
        start = int(arguments.get("nextToken", 0))
        more = start + self.size < len(events)
        token = {"nextToken": str(start + self.size)} if more else {}
        return {"events": events[start : start + self.size], **token}


def ids(history: History) -> list[int]:
    return [event.id for event in history.events]


def follow(history: History, playback: Playback, steps: list[int]) -> list[int]:
    """The ids that following yields; each wait lets the next number be there."""
    patience = Patience(lambda line: None, lambda: None, "")

    def sleep(_: float) -> None:
        playback.there = steps.pop(0)

    return [event.id for event in history.follow(patience, sleep)]


RUN = ["ExecutionStarted", *["PassStateEntered"] * 7, "ExecutionSucceeded"]


def test_a_history_of_several_pages_is_read_whole() -> None:
    history = History(Playback(RUN, size=2), "arn")  # type: ignore[arg-type]
    history.refresh()
    assert ids(history) == list(range(1, 10))
    assert history.ended


def test_news_are_read_backwards_until_they_meet_what_is_known() -> None:
    playback = Playback(RUN, size=2)
    playback.there = 3
    history = History(playback, "arn")  # type: ignore[arg-type]
    history.refresh()
    playback.asked.clear()
    playback.there = 9
    history.refresh()
    assert ids(history) == list(range(1, 10))
    assert [request.get("nextToken") for request in playback.asked] == [None, "2", "4"]


def test_following_gives_each_event_once_and_ends_with_the_end() -> None:
    playback = Playback(RUN)
    playback.there = 1
    history = History(playback, "arn")  # type: ignore[arg-type]
    assert follow(history, playback, [1, 4, 4, 9]) == list(range(1, 10))


def test_a_redriven_execution_is_followed_beyond_its_first_end() -> None:
    types = ["ExecutionStarted", "ExecutionFailed"]
    playback = Playback([*types, "ExecutionRedriven", "ExecutionSucceeded"])
    playback.there = 2
    history = History(playback, "arn")  # type: ignore[arg-type]
    history.refresh()
    assert history.ended
    history.reopen()
    assert follow(history, playback, [2, 3, 4]) == [1, 2, 3, 4]
    assert history.ended
