"""Where an execution is: its branches, and the visit of one state.

What comes in: the machine's parts. What goes out: scopes, events, errors with a place.
Never: decides what a state does.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, Callable, Generator, Mapping, NamedTuple

from mlmax_pipelines.asl.canonical import json_text
from mlmax_pipelines.asl.failures import (
    DATA_LIMIT_EXCEEDED,
    RUNTIME,
    EvaluationError,
    StateError,
)
from mlmax_pipelines.asl.query.expression import Scope
from mlmax_pipelines.asl.timestamps import format_timestamp
from mlmax_pipelines.base.limits import PAYLOAD
from mlmax_pipelines.interpreter.contract import (
    Execution,
    Items,
    Results,
    TaskHandler,
)
from mlmax_pipelines.interpreter.recorder import Details, Recorder
from mlmax_pipelines.interpreter.scheduler import Effect, Scheduler

# Where to go (None ends the machine) and with what.
Outcome = tuple[str | None, Any]
Steps = Generator[Effect, Any, Outcome]


class Run(NamedTuple):
    """What all branches of an execution share."""

    execution: Execution
    input: Any
    tasks: TaskHandler
    items: Items
    results: Results
    recorder: Recorder
    scheduler: Scheduler
    now: Callable[[], float]


class State(NamedTuple):
    """A compiled state: it answers at once (`execute`) or after a while (`steps`)."""

    name: str
    type: str
    execute: Callable[[Visit], Outcome] | None = None
    steps: Callable[[Visit], Steps] | None = None


class Machine(NamedTuple):
    """A compiled machine, or the machine of a branch."""

    start_at: str
    states: Mapping[str, State]
    timeout_seconds: float | None = None


@dataclass
class Branch:
    """One path through states: its variables, its Map item and where that is, its last
    event."""

    run: Run
    previous_id: int = 0
    variables: dict[str, Any] = field(default_factory=dict)
    item: Mapping[str, Any] | None = None
    iteration: str = ""

    def child(self, item: Mapping[str, Any] | None = None) -> Branch:
        """A branch inside this one: sees its variables, changes only its own."""
        own = dict(self.variables)
        if item is None:
            return Branch(self.run, self.previous_id, own, self.item, self.iteration)
        iteration = f"{self.iteration}.{item['Index']}".lstrip(".")
        return Branch(self.run, self.previous_id, own, item, iteration)

    def record(self, type: str, details: Details | None = None) -> int:
        """Record an event that follows this branch's last one."""
        self.previous_id = self.run.recorder.add(self.previous_id, type, details)
        return self.previous_id


class Visit:
    """A branch in a state: `input` is the raw input, `assigned` the new variables."""

    __slots__ = ("branch", "state", "input", "entered_id", "entered", "assigned",
                 "retry_count", "scope", "task_token")  # fmt: skip

    def __init__(self, branch: Branch, state: State, input: Any) -> None:
        self.branch = branch
        self.state = state
        self.input = input
        self.entered = branch.run.now()
        self.assigned: dict[str, Any] = {}
        self.retry_count = 0
        self.task_token: str | None = None
        self.scope = Scope(input, branch.variables, self.context)
        self.entered_id = branch.record(
            f"{state.type}StateEntered",
            lambda: {"name": state.name, "input": json_text(input)},
        )

    def context(self) -> dict[str, Any]:
        """The context object, `$$` ("Accessing execution data", guide)."""
        execution = self.branch.run.execution
        context: dict[str, Any] = {
            "Execution": {
                "Id": execution.id,
                "Input": self.branch.run.input,
                "Name": execution.name,
                "RoleArn": execution.role_arn,
                "StartTime": format_timestamp(execution.start_time),
                "RedriveCount": execution.redrive_count,
            },
            "StateMachine": {
                "Id": execution.state_machine_id,
                "Name": execution.state_machine_name,
            },
            "State": {
                "Name": self.state.name,
                "EnteredTime": format_timestamp(self.entered),
                "RetryCount": self.retry_count,
            },
        }
        if self.branch.item is not None:
            context["Map"] = {"Item": self.branch.item}
        if self.task_token is not None:
            context["Task"] = {"Token": self.task_token}
        return context

    def exit(self, output: Any) -> None:
        """Check the output's size, take over the variables, record the exit.

        Raises StateError named `States.DataLimitExceeded`.
        """
        if output is not self.input:
            self.check_size(output, self.state.name)
        if self.assigned:
            self.branch.variables.update(self.assigned)
        self.branch.record(f"{self.state.type}StateExited", lambda: self._left(output))

    def _left(self, output: Any) -> dict[str, Any]:
        details: dict[str, Any] = {
            "name": self.state.name,
            "output": json_text(output),
        }
        if self.assigned:
            details["assignedVariables"] = {
                name: json_text(value) for name, value in self.assigned.items()
            }
        return details

    def check_size(self, value: Any, source: str) -> None:
        """Raise StateError when `value` is larger than a state may give on, or has a
        number that JSON does not have."""
        try:
            text = json_text(value)
        except ValueError as error:
            raise StateError(RUNTIME, f"'{source}' returned no JSON: {error}") from None
        # A character takes at most four bytes: encode only when it could matter.
        if len(text) * 4 > PAYLOAD and len(text.encode()) > PAYLOAD:
            raise StateError(
                DATA_LIMIT_EXCEEDED,
                f"The state/task '{source}' returned a result with a size exceeding "
                "the maximum number of bytes service limit.",
            )

    def locate(self, error: EvaluationError) -> StateError:
        """The error with the place AWS gives it."""
        return StateError(
            error.error,
            f"An error occurred while executing the state '{self.state.name}' "
            f"(entered at the event id #{self.entered_id}). {error.message}",
        )
