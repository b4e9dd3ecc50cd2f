"""Numbers the events of an execution and hands them to whoever listens.

What comes in: event types and a way to make their details. What goes out: event ids.
Never: makes details that nobody listens to.
"""

from __future__ import annotations

import threading
from typing import Any, Callable, Mapping

from mlmax_pipelines.asl.failures import RUNTIME, StateError
from mlmax_pipelines.asl.history import HistoryEvent
from mlmax_pipelines.base.limits import HISTORY

Details = Callable[[], Mapping[str, Any]]


class Recorder:
    """Gives each event the next id; `on_event` sees them in that order."""

    def __init__(
        self,
        on_event: Callable[[HistoryEvent], None] | None,
        now: Callable[[], float],
    ) -> None:
        self._on_event = on_event
        self._now = now
        self._lock = threading.Lock()
        self._last = 0.0
        self.last_id = 0

    def add(self, previous_id: int, type: str, details: Details | None = None) -> int:
        """Record one event after `previous_id`; returns its id."""
        if self._on_event is None:
            self.last_id += 1
            return self.last_id
        with self._lock:
            self.last_id += 1
            made = details() if details else {}
            # A clock may be set back; what follows was no earlier.
            self._last = max(self._last, self._now())
            event = HistoryEvent(self.last_id, previous_id, self._last, type, made)
            self._on_event(event)
            return event.id

    def check_room(self) -> None:
        """Fail the execution when its history is full; the last event is its end."""
        if self.last_id >= HISTORY - 1:
            raise StateError(
                RUNTIME,
                "The execution reached the maximum number of history events "
                f"({HISTORY}).",
            )
