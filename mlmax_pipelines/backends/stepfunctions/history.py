"""The history of one execution, fetched page by page.

What comes in: an execution's ARN. What goes out: its events in order, each fetched
once, however often it is asked for them. Never: a page that was read before, but for
the one in which the new events begin.

GetExecutionHistory gives no token to wait at: a running execution's last page ends
without one. So news are read from the end backwards, until they meet what is known.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from typing import Any

from mlmax_pipelines.asl.history import HistoryEvent
from mlmax_pipelines.aws.session import Session
from mlmax_pipelines.backends.stepfunctions.patience import Patience
from mlmax_pipelines.backends.stepfunctions.records import event
from mlmax_pipelines.base.limits import HISTORY_PAGE
from mlmax_pipelines.base.waiting import Pace, Sleep

_ENDS = {
    "ExecutionSucceeded",
    "ExecutionFailed",
    "ExecutionTimedOut",
    "ExecutionAborted",
}
_PAGE_OF_NEWS = 100
# How long to wait before asking again: the longer nothing happens, the longer.
_FIRST_LOOK_SECONDS = 0.5
_LAST_LOOK_SECONDS = 5.0
_GROWTH = 1.3


class History:
    """Events of the execution `arn`; safe for a thread that follows and others."""

    def __init__(self, session: Session, arn: str) -> None:
        self._session = session
        self._arn = arn
        self._lock = threading.Lock()
        self.events: list[HistoryEvent] = []
        self.followed = False
        self._reopened_after = 0

    @property
    def ended(self) -> bool:
        """Whether the last event known is the execution's end."""
        if not self.events or self.events[-1].id <= self._reopened_after:
            return False
        return self.events[-1].type in _ENDS

    def reopen(self) -> None:
        """The execution goes on after its end: what is known of it is not the end."""
        self._reopened_after = self.events[-1].id if self.events else 0

    def refresh(self) -> None:
        """Fetch what is new. Raises Refused."""
        with self._lock:
            last = self.events[-1].id if self.events else 0
            found = self._news(last) if last else self._all()
            self.events += sorted(found, key=lambda item: item.id)

    def current(self) -> list[HistoryEvent]:
        """The events so far; fetches them unless somebody else is at it."""
        if not self.followed and not self.ended:
            self.refresh()
        return list(self.events)

    def follow(
        self, patience: Patience, sleep: Sleep = time.sleep
    ) -> Iterator[HistoryEvent]:
        """Every event until the execution ends, as they come. Raises AwsError."""
        self.followed = True
        position = 0
        pace = Pace(_FIRST_LOOK_SECONDS, _LAST_LOOK_SECONDS, _GROWTH, sleep)
        while True:
            patience.call(self.refresh)
            ended, until = self.ended, len(self.events)
            yield from self.events[position:until]
            if ended:
                return
            if until > position:
                pace.reset()
            position = until
            pace.wait()

    def _all(self) -> list[HistoryEvent]:
        return [
            event(item)
            for page in self._pages(maxResults=HISTORY_PAGE)
            for item in page["events"]
        ]

    def _news(self, last: int) -> list[HistoryEvent]:
        found: list[HistoryEvent] = []
        for page in self._pages(maxResults=_PAGE_OF_NEWS, reverseOrder=True):
            found += [event(item) for item in page["events"] if item["id"] > last]
            if any(item["id"] <= last + 1 for item in page["events"]):
                break
        return found

    def _pages(self, **arguments: Any) -> Iterator[Any]:
        token: dict[str, str] = {}
        while True:
            page = self._session.call(
                "stepfunctions",
                "get_execution_history",
                executionArn=self._arn,
                **arguments,
                **token,
            )
            yield page
            if not page.get("nextToken"):
                return
            token = {"nextToken": page["nextToken"]}
