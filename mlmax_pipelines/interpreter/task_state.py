"""The Task state: a resource called with the effective input.

What comes in: a state's fields. What goes out: steps that call the task handler.
Never: knows what a resource does.
"""

from __future__ import annotations

import threading
from typing import Any, Callable, Mapping

from mlmax_pipelines.asl.canonical import json_text
from mlmax_pipelines.asl.failures import StateError
from mlmax_pipelines.asl.query.expression import compile_expression
from mlmax_pipelines.interpreter.attempts import TIMEOUTS, guard
from mlmax_pipelines.interpreter.contract import TaskRequest
from mlmax_pipelines.interpreter.flow import Flow
from mlmax_pipelines.interpreter.scheduler import Call
from mlmax_pipelines.interpreter.visit import Steps, Visit
from mlmax_pipelines.interpreter.whole_numbers import whole_number

Seconds = Callable[[Visit], "float | None"]


class TaskEvents:
    """The events of one kind of resource: functions and activities have their own."""

    def __init__(self, resource: str) -> None:
        parts = resource.split(":")
        service = parts[2] if len(parts) > 5 else ""
        self._resource = resource
        self._shared: dict[str, Any] = {}
        if service == "lambda":
            self._prefix = "LambdaFunction"
        elif service == "states" and parts[5] == "activity":
            self._prefix = "Activity"
        else:
            self._prefix = "Task"
            self._shared = {
                "resourceType": ":".join(parts[5:-1]),
                "resource": parts[-1],
            }

    def started(self, visit: Visit, request: TaskRequest) -> None:
        """Record that the resource was scheduled and has started."""
        visit.branch.record(
            f"{self._prefix}Scheduled", lambda: self._scheduled(visit, request)
        )
        visit.branch.record(f"{self._prefix}Started", lambda: self._shared)

    def _scheduled(self, visit: Visit, request: TaskRequest) -> dict[str, Any]:
        text = json_text(request.arguments)
        limits = {
            "timeoutInSeconds": request.timeout_seconds,
            "heartbeatInSeconds": request.heartbeat_seconds,
        }
        set_limits = {key: value for key, value in limits.items() if value is not None}
        if not self._shared:
            return {"resource": self._resource, "input": text, **set_limits}
        # An execution's id is an ARN: partition, service, region, ...
        region = (visit.branch.run.execution.id.split(":") + [""] * 4)[3]
        told = {"region": region or "local", "parameters": text}
        return {**self._shared, **told, **set_limits}

    def succeeded(self, visit: Visit, result: Any) -> None:
        """Record the result."""
        visit.branch.record(
            f"{self._prefix}Succeeded",
            lambda: {**self._shared, "output": json_text(result)},
        )

    def failed(self, visit: Visit, error: StateError) -> None:
        """Record the failure or the timeout."""
        ending = "TimedOut" if error.error in TIMEOUTS else "Failed"
        visit.branch.record(
            f"{self._prefix}{ending}",
            lambda: {**self._shared, "error": error.error, "cause": error.cause},
        )


def compile_task(state: Mapping[str, Any]) -> Callable[[Visit], Steps]:
    """Call the resource, with Retry and Catch around it."""
    resource, following = state["Resource"], state.get("Next")
    flow, events = Flow(state), TaskEvents(state["Resource"])
    timeout, heartbeat = _seconds(state, "Timeout"), _seconds(state, "Heartbeat")
    wants_token = resource.endswith(".waitForTaskToken")

    def work(visit: Visit) -> Steps:
        if wants_token:
            # Rarely needed, and slow to import.
            from uuid import uuid4

            visit.task_token = str(uuid4())
        request = TaskRequest(
            resource,
            flow.effective_input(visit),
            visit.state.name,
            visit.context(),
            timeout(visit),
            heartbeat(visit),
            threading.Event(),
            visit.branch.iteration,
        )
        result = yield from _call(visit, events, request)
        output = flow.output(visit, result)
        visit.exit(output)
        return following, output

    return guard(state, work)


def _call(visit: Visit, events: TaskEvents, request: TaskRequest) -> Any:
    run = visit.branch.run
    events.started(visit, request)
    try:
        result = yield Call(
            lambda: run.tasks(request), request.stop, request.timeout_seconds
        )
        visit.check_size(result, request.resource)
    except StateError as error:
        events.failed(visit, error)
        raise
    events.succeeded(visit, result)
    return result


def _seconds(state: Mapping[str, Any], kind: str) -> Seconds:
    field, path_field = f"{kind}Seconds", f"{kind}SecondsPath"
    if path_field not in state:
        constant = state.get(field)
        return lambda visit: constant
    text = state[path_field]
    expression = compile_expression(text)
    return lambda visit: whole_number(expression, text, visit.scope, path_field)
