"""What happens to a stack while CloudFormation works on it, as it happens.

What comes in: a stack on which an operation was started. What goes out: its events and
those of its nested stacks, in order, each once; how it ended, and what failed first.
Never: an event of an earlier operation.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from mlmax_pipelines.aws import templates
from mlmax_pipelines.aws.failures import Refused
from mlmax_pipelines.aws.session import Session
from mlmax_pipelines.base.waiting import Pace, Sleep

_SOONEST, _LATEST, _GROWTH = 0.3, 4.0, 1.5
# What CloudFormation says of resources it stopped because another one failed.
_FOLLOWED = ("cancelled", "The following resource(s) failed")


@dataclass(frozen=True)
class Event:
    """One event. `stack` is the logical id of the nested stack it is in, "" the root's.

    `time` is what AWS says, in ISO 8601; `of_stack` that the event is about the stack
    itself.
    """

    id: str
    time: str
    stack: str
    logical_id: str
    type: str
    status: str
    reason: str
    physical_id: str
    of_stack: bool

    @property
    def failed(self) -> bool:
        return self.status.endswith("_FAILED")

    @property
    def ends(self) -> bool:
        """Whether the operation on this stack is over."""
        done = self.status.endswith(("_COMPLETE", "_FAILED"))
        return self.of_stack and done


def watermark(session: Session, stack_id: str) -> str:
    """The id of a stack's newest event, "" when it has none: where to follow from."""
    pages = session.pages("cloudformation", "describe_stack_events", StackName=stack_id)
    events = next(pages)["StackEvents"]
    return str(events[0]["EventId"]) if events else ""


def follow(
    session: Session, stack_id: str, since: str, sleep: Sleep
) -> Iterator[Event]:
    """Every event after `since` until the operation ends, which is the last one."""
    seen: set[str] = {since}
    nested: dict[str, str] = {}
    start, pace = "", Pace(_SOONEST, _LATEST, _GROWTH, sleep)
    while True:
        new = _new(session, stack_id, "", seen, start)
        start = start or (new[0].time if new else "")
        nested.update((e.physical_id, e.logical_id) for e in new if _is_nested(e))
        for inner_id, logical_id in list(nested.items()):
            # Before the root's: of equal times, what is inside came first.
            new = _new(session, inner_id, logical_id, seen, start) + new
        new.sort(key=lambda event: event.time)
        over = [event for event in new if event.ends and not event.stack]
        yield from (event for event in new if event not in over)
        if over:
            yield over[-1]
            return
        if new:
            pace.reset()
        pace.wait()


def first_cause(events: Iterable[Event]) -> Event | None:
    """The event that made an operation fail: not what was stopped because of it."""
    failed = [event for event in events if event.failed]
    own = [event for event in failed if not _is_consequence(event)]
    return next(iter(own or failed), None)


def _is_consequence(event: Event) -> bool:
    # A nested stack fails because something in it did.
    is_stack = event.of_stack or event.type == templates.STACK
    return is_stack or any(text in event.reason for text in _FOLLOWED)


def _is_nested(event: Event) -> bool:
    return (
        event.type == templates.STACK and not event.of_stack and event.physical_id != ""
    )


def _new(
    session: Session, stack_id: str, logical_id: str, seen: set[str], start: str
) -> list[Event]:
    """The events of one stack that were not seen yet, oldest first."""
    found: list[Event] = []
    pages = session.pages("cloudformation", "describe_stack_events", StackName=stack_id)
    try:
        for page in pages:
            for item in page["StackEvents"]:
                event = _event(item, logical_id)
                if event.id in seen or event.time < start:
                    seen.update(event.id for event in found)
                    return found[::-1]
                found.append(event)
    except Refused as error:
        # A nested stack has no events in the moment before it exists.
        if not logical_id or error.code != "ValidationError":
            raise
    seen.update(event.id for event in found)
    return found[::-1]


def _event(item: Any, logical_id: str) -> Event:
    physical = item.get("PhysicalResourceId", "")
    return Event(
        item["EventId"],
        item["Timestamp"].isoformat(),
        logical_id,
        item["LogicalResourceId"],
        item.get("ResourceType", ""),
        item["ResourceStatus"],
        item.get("ResourceStatusReason", ""),
        physical,
        physical == item["StackId"],
    )
