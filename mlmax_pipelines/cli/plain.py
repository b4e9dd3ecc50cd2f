"""Progress where there is no terminal: one line per change of a step's status.

What comes in: timelines. What goes out: lines on stderr; that a step begins is said
even of one that was over before anybody looked. Never: a line twice.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import replace
from typing import TYPE_CHECKING

from mlmax_pipelines.cli.app import say
from mlmax_pipelines.observe.render import cells
from mlmax_pipelines.observe.render.terminal import change
from mlmax_pipelines.observe.steps import folded
from mlmax_pipelines.observe.timeline import Row, Timeline

if TYPE_CHECKING:
    from mlmax_pipelines.backends.contract import ExecutionRecord

# States that last; of the others it is enough to say that they are over.
_LASTING = ("Task", "Parallel", "Map", "Wait")
# A status, the number of the attempt, and whether that has failed.
_BEGUN = ("RUNNING", 1, False)
# An attempt that failed is followed at once by the end of its step, unless there will
# be another one: for so long it is not said that one is waited for.
_AT_ONCE_SECONDS = 0.5


class PlainLines:
    """Says what is new since it was last shown a timeline."""

    def __init__(
        self, record: ExecutionRecord, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self._said: list[tuple[str, int, bool]] = []
        self._failed: dict[int, float] = {}
        self._clock = clock
        say(f"{cells.clock(record.start_time)}  started '{record.name}'")

    def show(self, timeline: Timeline) -> None:
        for index, row in enumerate(folded(timeline.rows)):
            # A task is entered before its first attempt starts: that is no news.
            now = (row.status, max(1, row.attempts), bool(row.error))
            if index == len(self._said):
                self._said.append(_BEGUN)
                if row.type in _LASTING:
                    say(change(_begun(row)))
            passing = row.open and row.type not in _LASTING
            if now != self._said[index] and not passing and not self._holds(index, row):
                self._said[index] = now
                say(change(row))

    def _holds(self, index: int, row: Row) -> bool:
        """Whether it is too early to say that another attempt is waited for."""
        if not (row.open and row.error):
            self._failed.pop(index, None)
            return False
        since = self._failed.setdefault(index, self._clock())
        return self._clock() - since < _AT_ONCE_SECONDS

    def close(self) -> None:
        pass


def _begun(row: Row) -> Row:
    """The row as it was when its state was entered."""
    status, attempts, _ = _BEGUN
    row = replace(row, status=status, attempts=attempts, changed=row.started)
    return replace(row, stopped=None, error=None, cause=None)
