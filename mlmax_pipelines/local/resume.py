"""An execution that starts in the middle: in a state, with the data recorded for it.

What comes in: a history. What goes out: where it ended, what a state began with, and
the events of a run that goes on after the ones there are. Never: runs anything.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Any

from mlmax_pipelines.asl.history import HistoryEvent

_REDRIVEN = "ExecutionRedriven"
Listener = Callable[[HistoryEvent], None]


@dataclass(frozen=True)
class Start:
    """Begin in `state` with `data` as its input. `after` is the id of the last event
    there is already: 0 in a new execution. `redrives` counts this redrive, too."""

    state: str
    data: Any
    after: int = 0
    redrives: int = 0


def last_entered(
    events: Iterable[HistoryEvent], names: Collection[str]
) -> HistoryEvent | None:
    """How the execution entered the last of these states that it came to."""
    found = None
    for event in events:
        if event.type.endswith("StateEntered") and event.details.get("name") in names:
            found = event
    return found


def start_of(event: HistoryEvent, earlier: Sequence[HistoryEvent] = ()) -> Start:
    """To begin again with what that visit of a state began with; `earlier` are the
    events of an execution that is redriven."""
    return Start(
        event.details["name"],
        json.loads(event.details["input"]),
        after=earlier[-1].id if earlier else 0,
        redrives=redrives(earlier) + bool(earlier),
    )


def redrives(events: Iterable[HistoryEvent]) -> int:
    """How often the execution has been redriven."""
    return sum(event.type == _REDRIVEN for event in events)


def numbered_on(write: Listener, after: int) -> Listener:
    """Hands events on to `write` as the continuation of a history.

    As on AWS, `ExecutionRedriven` follows the end that was none.
    """

    def listen(event: HistoryEvent) -> None:
        if event.type == "ExecutionStarted":
            event = replace(event, type=_REDRIVEN, details={})
            write(replace(event, id=event.id + after, previous_id=after))
            return
        # The first state follows no event; here it follows ExecutionRedriven.
        previous = (event.previous_id or 1) + after
        write(replace(event, id=event.id + after, previous_id=previous))

    return listen if after else write
