"""Runs one execution from its start to its record's end.

What comes in: the execution's folder and what it runs. What goes out: history, logs,
jobs and the closed record in that folder. Never: leaves a record open because of an
error of its own, or talks to a terminal.
"""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Mapping
from typing import Any

from mlmax_pipelines import interpreter
from mlmax_pipelines.artifacts.disk import Store
from mlmax_pipelines.asl.failures import StateError
from mlmax_pipelines.asl.history import ExecutionResult
from mlmax_pipelines.base import layout
from mlmax_pipelines.base.files import unique
from mlmax_pipelines.base.names import EXECUTION_FORM
from mlmax_pipelines.interpreter.contract import Execution, TaskRequest
from mlmax_pipelines.local import tasks
from mlmax_pipelines.local.executions import Folder
from mlmax_pipelines.local.orders import Plan
from mlmax_pipelines.local.resume import Start, numbered_on
from mlmax_pipelines.local.workspace import Workspace, arn, execution_id
from mlmax_pipelines.registry.local import Registry


def run(
    folder: Folder, plan: Plan, stop: threading.Event, start: Start | None = None
) -> None:
    """Run it, from `start` on, and close its record; setting `stop` aborts it."""
    record = folder.record_as_written()
    try:
        workspace = _workspace(folder, plan)
        result = _interpret(
            folder, workspace, plan.machine, plan.definition, record, stop, start
        )
    except Exception as error:
        told = {"error": "States.Runtime", "cause": _unexpected(error)}
        folder.close_history("ExecutionFailed", told)
        folder.close("FAILED", **told)
        raise
    more: dict[str, Any] = {"output": result.output}
    if result.status == "ABORTED":
        more["cause"] = folder.stop_cause()
    elif result.status != "SUCCEEDED":
        more.update(error=result.error, cause=result.cause)
    folder.close(result.status, **more)


def _unexpected(error: Exception) -> str:
    return f"the run broke off: {type(error).__name__}: {error}"


def _interpret(
    folder: Folder,
    workspace: Workspace,
    machine: str,
    definition: Mapping[str, Any],
    record: Mapping[str, Any],
    stop: threading.Event,
    start: Start | None = None,
) -> ExecutionResult:
    execution = Execution(
        id=execution_id(machine, record["name"]),
        name=record["name"],
        state_machine_id=machine,
        state_machine_name=machine.rpartition(":")[2],
        start_time=record["start_time"],
        redrive_count=start.redrives if start else 0,
    )
    with folder.writer() as writer:
        return interpreter.run(
            definition,
            record["input"],
            execution=execution,
            tasks=tasks.handler(workspace),
            on_event=numbered_on(writer.write, start.after if start else 0),
            stop=stop,
            start_at=start.state if start else None,
            start_with=start.data if start else None,
        )


def _workspace(folder: Folder, plan: Plan) -> Workspace:
    def start_nested(
        machine: str, name: str, input: Any, request: TaskRequest
    ) -> Mapping[str, Any]:
        return _run_nested(workspace, plan, machine, name, input, request)

    workspace = Workspace(
        store=Store(plan.home / layout.STORE),
        registry=Registry(plan.home / layout.REGISTRY, arn("sagemaker", "")),
        services=plan.home / layout.SERVICES,
        folder=folder.path,
        logs=folder.logs,
        functions=plan.functions,
        start_nested=start_nested,
        handlers=plan.handlers,
        secrets=plan.secrets,
        metrics=plan.metrics,
        job_profile=plan.job_profile,
    )
    return workspace


def _run_nested(
    workspace: Workspace,
    plan: Plan,
    machine: str,
    name: str,
    input: Any,
    request: TaskRequest,
) -> Mapping[str, Any]:
    """Run another state machine within the execution: its history is kept below it,
    its jobs and logs are the execution's own."""
    if machine not in plan.machines:
        known = ", ".join(f"'{key}'" for key in sorted(plan.machines)) or "none"
        raise StateError(
            "StepFunctions.StateMachineDoesNotExistException",
            f"State Machine Does Not Exist: '{machine}' (there are: {known})",
        )
    name = name or unique()
    folder = _nested_folder(workspace, name)
    record = {"name": name, "input": input, "start_time": time.time()}
    definition = plan.machines[machine]
    result = _interpret(folder, workspace, machine, definition, record, request.stop)
    return _described(machine, record, result)


def _nested_folder(workspace: Workspace, name: str) -> Folder:
    if not EXECUTION_FORM.fullmatch(name):
        raise StateError(
            "StepFunctions.InvalidNameException", f"Invalid Name: '{name}'"
        )
    folder = Folder(workspace.folder / "nested" / name)
    try:
        folder.path.mkdir(parents=True)
    except FileExistsError:
        raise StateError(
            "StepFunctions.ExecutionAlreadyExistsException",
            f"Execution Already Exists: '{name}'",
        ) from None
    return folder


def _described(
    machine: str, record: Mapping[str, Any], result: ExecutionResult
) -> Mapping[str, Any]:
    """As DescribeExecution of an optimized integration: times in milliseconds."""
    answer = {
        "ExecutionArn": execution_id(machine, record["name"]),
        "Input": json.dumps(record["input"], separators=(",", ":")),
        "Name": record["name"],
        "StartDate": int(record["start_time"] * 1000),
        "StateMachineArn": machine,
        "Status": result.status,
        "StopDate": int(time.time() * 1000),
    }
    if result.status == "SUCCEEDED":
        answer["Output"] = json.dumps(result.output, separators=(",", ":"))
    told = {"Error": result.error, "Cause": result.cause}
    answer.update((key, value) for key, value in told.items() if value is not None)
    return answer
