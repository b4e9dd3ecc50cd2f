"""states:startExecution: another state machine of the project, run to its end.

What comes in: StateMachineArn, Name and Input. What goes out: what DescribeExecution
answers, with times in milliseconds. Never: starts one that nobody waits for.
"""

from __future__ import annotations

import json
from typing import Any

from mlmax_pipelines.asl.failures import StateError
from mlmax_pipelines.interpreter.contract import TaskRequest
from mlmax_pipelines.local.workspace import Workspace


def start_execution(request: TaskRequest, workspace: Workspace) -> dict[str, Any]:
    """`.sync`: Input and Output as text."""
    arguments = request.arguments
    given = arguments.get("Input", {})
    data = json.loads(given) if isinstance(given, str) else given
    name = str(arguments.get("Name", ""))
    answer = dict(
        workspace.start_nested(str(arguments["StateMachineArn"]), name, data, request)
    )
    if answer["Status"] != "SUCCEEDED":
        text = json.dumps(answer, separators=(",", ":"))
        raise StateError("States.TaskFailed", text)
    return answer


def start_execution_json(request: TaskRequest, workspace: Workspace) -> dict[str, Any]:
    """`.sync:2`: Input and Output as data."""
    answer = start_execution(request, workspace)
    for key in ("Input", "Output"):
        answer[key] = json.loads(answer[key])
    return answer
