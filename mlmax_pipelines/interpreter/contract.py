"""The interpreter's ports: what it asks of the world around a definition.

What comes in: nothing. What goes out: the types of both sides: who answers tasks, what
a Map runs over and where its results go, and what time it is. Never: runs anything.
"""

from __future__ import annotations

import threading
from typing import Any, Callable, Mapping, NamedTuple, Protocol, Sequence


class TaskRequest(NamedTuple):
    """One call of a Task state's resource.

    `arguments` is the effective input, after InputPath and Parameters. `context` is
    the context object (`$$`). Times are in seconds. `stop` is set when nobody waits
    for the answer any more: the execution was aborted or timed out, the task timed
    out, or a sibling of its branch failed. `iteration` says for which item of a map it
    is called: its index, behind those of the maps around it (`3.0`), "" outside of one.
    """

    resource: str
    arguments: Any
    state: str
    context: Mapping[str, Any]
    timeout_seconds: float | None
    heartbeat_seconds: float | None
    stop: threading.Event
    iteration: str = ""


# Returns the task's raw result, or raises StateError.
TaskHandler = Callable[[TaskRequest], Any]


class MapRequest(NamedTuple):
    """One visit of a Map state: `data` is what its ItemsPath, spelled `path`, finds."""

    state: str
    data: Any
    path: str


# Returns what the Map runs over, or raises StateError or EvaluationError.
Items = Callable[[MapRequest], Sequence[Any]]
# Makes the Map's result of its iterations' outputs, in the order of the items and
# without those of iterations whose failure is tolerated.
Results = Callable[[MapRequest, Sequence[Any]], Any]


class Clock(Protocol):
    """What time it is, and how it passes."""

    def now(self) -> float:
        """Seconds since the epoch."""
        ...

    def wait(self, seconds: float, stop: threading.Event) -> object:
        """Return once so many seconds are over, or `stop` is set."""
        ...


class Execution(NamedTuple):
    """Who is running: what `$$.Execution` and `$$.StateMachine` say.

    `start_time` is in seconds since the epoch.
    """

    id: str
    name: str
    state_machine_id: str
    state_machine_name: str
    start_time: float
    role_arn: str = "arn:aws:iam::000000000000:role/local"
    redrive_count: int = 0


class Stopped(Exception):
    """The execution ends now with `status`; no state may catch it."""

    @property
    def status(self) -> str:
        return str(self.args[0])
