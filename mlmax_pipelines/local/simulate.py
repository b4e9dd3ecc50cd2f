"""Runs definitions whose tasks are answered by mocks, and the scoring protocol.

What comes in: definitions, inputs and mocks. What goes out: results, and a trace.
Never: calls anything real, or waits in real time.
"""

from __future__ import annotations

import json
import threading
import time
from typing import IO, Any, Callable, Mapping

from mlmax_pipelines.asl import form
from mlmax_pipelines.asl.history import ExecutionResult, HistoryEvent
from mlmax_pipelines.base import printed
from mlmax_pipelines.base.errors import PipelineError, UsageError
from mlmax_pipelines.base.forms import Each, fault, parse_json
from mlmax_pipelines.interpreter import Execution, TaskHandler, run
from mlmax_pipelines.interpreter.clock import VirtualTime
from mlmax_pipelines.local.lambda_stubs import stub_handler
from mlmax_pipelines.local.mocks import check_names, mock_handler, read_mocks

_CASE = {"lambdas": Each({"kind": str, "errorType": str, "errorMessage": str})}
_ACCOUNT = "111111111111"
_ARN = f"arn:aws:states:us-east-1:{_ACCOUNT}"


def simulate(
    definition: Mapping[str, Any],
    input: Any,
    tasks: TaskHandler,
    on_event: Callable[[HistoryEvent], None] | None = None,
) -> ExecutionResult:
    """Run a definition in virtual time; raises UsageError when it cannot be run."""
    clock = VirtualTime(time.time())
    execution = Execution(
        id=f"{_ARN}:execution:simulated:simulation",
        name="simulation",
        state_machine_id=f"{_ARN}:stateMachine:simulated",
        state_machine_name="simulated",
        start_time=clock.now(),
        role_arn=f"arn:aws:iam::{_ACCOUNT}:role/simulated",
    )
    return run(
        definition,
        input,
        execution=execution,
        tasks=tasks,
        on_event=on_event,
        stop=threading.Event(),
        clock=clock,
    )


def simulate_file(
    definition: Any,
    input: Any,
    mocks: Any,
    test_case: str | None,
    on_event: Callable[[HistoryEvent], None],
) -> ExecutionResult:
    """Run what files hold: a definition and mocks (see local/mocks.py).

    Raises UsageError for either that cannot be used, and for a task without a mock.
    """
    _check(definition)
    answers = read_mocks(mocks, test_case)
    check_names(answers, definition)
    return simulate(definition, input, mock_handler(answers), on_event)


def _check(definition: Any) -> None:
    if fault := form.wrong(definition):
        raise UsageError(f"the definition cannot be read: {fault}")


def trace(out: IO[str]) -> Callable[[HistoryEvent], None]:
    """A listener that writes a line per state entered and per failure to `out`."""
    started: list[float] = []

    def write(event: HistoryEvent) -> None:
        started.append(event.timestamp)
        details = event.details
        told = [details[key] for key in ("error", "cause") if details.get(key)]
        if event.type.endswith("StateEntered") or told:
            subject = printed.line(details.get("name") or ": ".join(told))
            kind = event.type.replace("StateEntered", "")
            seconds = event.timestamp - started[0]
            out.write(f"{seconds:8.1f}s  {kind:<16}  {subject}\n")

    return write


def serve_lines(asked: IO[str], answers: IO[str]) -> None:
    """Answer one line of JSON per line: the protocol of recorded executions.

    A line holds `definition`, `input` and `lambdas`; the answer `status`, `output`,
    `error` and `cause`.
    """
    for number, line in enumerate(asked, 1):
        if line.strip():
            answers.write(json.dumps(_answer(_case(number, line))) + "\n")
            answers.flush()


def _case(number: int, line: str) -> Mapping[str, Any]:
    try:
        case = parse_json(line)
        wrong = fault({}, case) or fault(_CASE, {k: case[k] for k in case if case[k]})
    except ValueError as error:
        wrong = str(error)
    if wrong:
        raise UsageError(f"line {number} is no case: {wrong}")
    return {"definition": None, **case}


def _answer(case: Mapping[str, Any]) -> dict[str, Any]:
    try:
        handler = stub_handler(case.get("lambdas") or {})
        _check(case["definition"])
        result = simulate(case["definition"], case.get("input"), handler)
    except PipelineError as error:
        result = ExecutionResult("FAILED", error="InvalidDefinition", cause=str(error))
    return {
        "status": result.status,
        "output": result.output,
        "error": result.error,
        "cause": result.cause,
    }
