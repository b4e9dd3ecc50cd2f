"""Progress where there is no terminal: one line per change of a step's status.

What comes in: timelines. What goes out: lines on stderr; that a step begins is said
even of one that was over before anybody looked. Never: a line twice.
"""

from __future__ import annotations

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
_BEGUN = ("RUNNING", 1)


class PlainLines:
    """Says what is new since it was last shown a timeline."""

    def __init__(self, record: ExecutionRecord) -> None:
        self._said: list[tuple[str, int]] = []
        say(f"{cells.clock(record.start_time)}  started '{record.name}'")

    def show(self, timeline: Timeline) -> None:
        for index, row in enumerate(folded(timeline.rows)):
            # A task is entered before its first attempt starts: that is no news.
            now = (row.status, max(1, row.attempts))
            if index == len(self._said):
                self._said.append(_BEGUN)
                if row.type in _LASTING:
                    say(change(_begun(row)))
            passing = row.open and row.type not in _LASTING
            if now != self._said[index] and not passing:
                self._said[index] = now
                say(change(row))

    def close(self) -> None:
        pass


def _begun(row: Row) -> Row:
    """The row as it was when its state was entered."""
    status, attempts = _BEGUN
    return replace(
        row, status=status, attempts=attempts, stopped=None, error=None, cause=None
    )
