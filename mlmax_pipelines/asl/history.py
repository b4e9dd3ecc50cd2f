"""The history of an execution, in AWS's words, whichever backend ran it.

What comes in: what happened. What goes out: frozen events with the types and detail
keys of `GetExecutionHistory` (AWS Step Functions API Reference, HistoryEvent).
Never: reads or writes anything.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

STATUSES = ("RUNNING", "SUCCEEDED", "FAILED", "TIMED_OUT", "ABORTED", "PENDING_REDRIVE")


@dataclass(frozen=True)
class HistoryEvent:
    """One event: `type` as AWS spells it, `details` as its event-details object.

    `details` holds the keys of that type's details (`name`, `input`, `output`,
    `error`, `cause`, `resource`, `resourceType`, `parameters`, `index`, ...), with
    `input`, `output` and `parameters` as JSON text, as AWS gives them.
    `timestamp` is seconds since the epoch. `previous_id` is 0 for the first event.
    """

    id: int
    previous_id: int
    timestamp: float
    type: str
    details: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class ExecutionResult:
    """How an execution ended: AWS's status, the output or the error and cause."""

    status: str
    output: Any = None
    error: str | None = None
    cause: str | None = None
