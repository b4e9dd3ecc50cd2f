"""The Amazon States Language interpreter.

What comes in: a definition, an input, and its ports (`contract`): who answers tasks,
what a Map runs over and where its results go, a clock. What goes out: how the execution
ended, and its history, event by event, to whoever listens. Never: knows what a resource
does, reads or writes a file, asks the machine for the time, or prints.
"""

from __future__ import annotations

import threading
from typing import Any, Callable, Mapping

from mlmax_pipelines.asl.canonical import json_text
from mlmax_pipelines.asl.failures import StateError
from mlmax_pipelines.asl.history import ExecutionResult, HistoryEvent
from mlmax_pipelines.base.errors import UsageError
from mlmax_pipelines.interpreter.attempts import TIMEOUT
from mlmax_pipelines.interpreter.clock import REAL_TIME
from mlmax_pipelines.interpreter.compile import compile_machine, run_machine
from mlmax_pipelines.interpreter.contract import (
    Clock,
    Execution,
    Items,
    Results,
    Stopped,
    TaskHandler,
    TaskRequest,
)
from mlmax_pipelines.interpreter.map_state import given_items, listed_results
from mlmax_pipelines.interpreter.recorder import Recorder
from mlmax_pipelines.interpreter.scheduler import Scheduler
from mlmax_pipelines.interpreter.visit import Branch, Run

__all__ = [
    "Execution",
    "StateError",
    "TaskHandler",
    "TaskRequest",
    "run",
]


def run(
    definition: Mapping[str, Any],
    input: Any,
    *,
    execution: Execution,
    tasks: TaskHandler,
    on_event: Callable[[HistoryEvent], None] | None,
    stop: threading.Event,
    items: Items = given_items,
    results: Results = listed_results,
    clock: Clock = REAL_TIME,
    start_at: str | None = None,
    start_with: Any = None,
) -> ExecutionResult:
    """Run a definition to its end.

    `on_event` sees the history in id order, from one thread at a time; None costs
    nothing. Setting `stop` aborts at once. `tasks` is called in threads of its own,
    `clock.wait` when nothing else can happen meanwhile. `start_at` starts in a state,
    with `start_with` as its raw input, or `input` when that is None.

    Raises UsageError when the definition cannot be run, and whatever `tasks` raises
    that is not StateError.
    """
    machine = compile_machine(definition)
    if start_at is not None and start_at not in machine.states:
        raise UsageError(f"the definition has no state '{start_at}' to start at")
    scheduler = Scheduler(stop, clock)
    recorder = Recorder(on_event, clock.now)
    branch = _started(
        Run(execution, input, tasks, items, results, recorder, scheduler, clock.now)
    )
    if machine.timeout_seconds is not None:
        scheduler.set_deadline(machine.timeout_seconds)
    data = input if start_with is None else start_with
    result = _result(scheduler, run_machine(machine, branch, data, start_at))
    _record_end(recorder, result)
    return result


def _started(run: Run) -> Branch:
    branch = Branch(run)
    told = {"roleArn": run.execution.role_arn}
    branch.record("ExecutionStarted", lambda: {"input": json_text(run.input), **told})
    # On AWS the first state's event follows no other, as the first of all does.
    branch.previous_id = 0
    return branch


def _result(scheduler: Scheduler, body: Any) -> ExecutionResult:
    try:
        return ExecutionResult("SUCCEEDED", scheduler.run(body))
    except StateError as failure:
        return ExecutionResult("FAILED", error=failure.error, cause=failure.cause)
    except Stopped as stopped:
        return ExecutionResult(stopped.status)


_END_EVENTS = {
    "SUCCEEDED": "ExecutionSucceeded",
    "FAILED": "ExecutionFailed",
    "TIMED_OUT": "ExecutionTimedOut",
    "ABORTED": "ExecutionAborted",
}


def _record_end(recorder: Recorder, result: ExecutionResult) -> None:
    timed_out = result.status == "TIMED_OUT"

    def details() -> dict[str, Any]:
        if result.status == "SUCCEEDED":
            return {"output": json_text(result.output)}
        error = TIMEOUT if timed_out else result.error
        told = {"error": error, "cause": result.cause}
        return {key: value for key, value in told.items() if value is not None}

    # The end follows the last event of all: the one that failed may be a branch's.
    previous_id = 0 if timed_out else recorder.last_id
    recorder.add(previous_id, _END_EVENTS[result.status], details)
