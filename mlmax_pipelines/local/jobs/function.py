"""A Lambda function: its handler called in a process of its own.

What comes in: the arguments of lambda:invoke, or a function's ARN as the resource.
What goes out: what Step Functions gives for either. Never: keeps a process warm; every
call starts one.
"""

from __future__ import annotations

import json
import signal
import sys
import uuid
from pathlib import Path
from typing import Any

from mlmax_pipelines.asl.canonical import parsed
from mlmax_pipelines.asl.failures import StateError
from mlmax_pipelines.base import layout
from mlmax_pipelines.base.files import read_json, write_json
from mlmax_pipelines.interpreter.contract import TaskRequest
from mlmax_pipelines.local.jobs import process
from mlmax_pipelines.local.jobs.kin import EXECUTION_MARK
from mlmax_pipelines.local.jobs.surroundings import guard, inherited
from mlmax_pipelines.local.orders import Function
from mlmax_pipelines.local.workspace import ACCOUNT, Workspace, arn

_DRIVER = Path(__file__).with_name("function_driver.py")
_ALLOWED = "FunctionName, Payload, InvocationType, Qualifier"


def invoke(request: TaskRequest, workspace: Workspace) -> dict[str, Any]:
    """lambda:invoke. Raises StateError named for the exception, as AWS does."""
    name = str(request.arguments.get("FunctionName", ""))
    payload = request.arguments.get("Payload", {})
    if isinstance(payload, str):
        payload = _parsed(payload)
    kind = request.arguments.get("InvocationType", "RequestResponse")
    if kind != "RequestResponse":
        raise StateError(
            "States.Runtime",
            f"InvocationType '{kind}' is not supported on this machine: use "
            f"'RequestResponse' (of {_ALLOWED})",
        )
    result = _call(_find(name, workspace), payload, request, workspace)
    return {"ExecutedVersion": "$LATEST", "Payload": result, "StatusCode": 200}


def invoke_arn(request: TaskRequest, workspace: Workspace) -> Any:
    """A function's ARN as a task's resource: the result is the payload itself."""
    function = _find(request.resource, workspace)
    return _call(function, request.arguments, request, workspace)


def _parsed(payload: str) -> Any:
    """A payload in text is JSON, or else a JSON string."""
    try:
        return parsed(payload)
    except ValueError:
        return payload


def _find(name: str, workspace: Workspace) -> Function:
    """By ARN, with or without a qualifier, or by name."""
    for known, function in workspace.functions.items():
        if name in (known, function.name) or name.startswith(f"{known}:"):
            return function
    names = ", ".join(f"'{f.name}'" for f in workspace.functions.values()) or "none"
    raise StateError(
        "Lambda.ResourceNotFoundException",
        f"Function not found: '{name}' (functions of this pipeline: {names})",
    )


def _call(
    function: Function, event: Any, request: TaskRequest, workspace: Workspace
) -> Any:
    request_id = str(uuid.uuid4())
    folder = workspace.folder / "functions" / request_id
    folder.mkdir(parents=True)
    code = workspace.store.path(layout.uri(layout.LOCAL_BUCKET, function.folder))
    call, answer = folder / "request.json", folder / "answer.json"
    write_json(
        call,
        {
            "event": event,
            "code": str(code),
            "handler": function.handler,
            "answer": str(answer),
            "name": function.name,
            "arn": arn("lambda", f"function:{function.name}"),
            "memory_mb": function.memory_mb,
            "timeout_seconds": function.timeout_seconds,
            "request_id": request_id,
        },
    )
    ended = process.run(
        [sys.executable, str(_DRIVER), str(call)],
        folder=folder,
        environment=_environment(function, request, workspace),
        log=workspace.logs.create(request.state, request.iteration),
        stop=request.stop,
        seconds=function.timeout_seconds,
    )
    return _result(function, ended, answer, request_id)


def _environment(
    function: Function, request: TaskRequest, workspace: Workspace
) -> dict[str, str]:
    """AWS page "Defined runtime environment variables"."""
    profile = workspace.job_profile
    return {
        **inherited(profile),
        "AWS_ACCOUNT_ID": ACCOUNT,
        "AWS_LAMBDA_FUNCTION_NAME": function.name,
        "AWS_LAMBDA_FUNCTION_MEMORY_SIZE": str(function.memory_mb),
        "AWS_LAMBDA_FUNCTION_VERSION": "$LATEST",
        "_HANDLER": function.handler,
        "PYTHONUNBUFFERED": "1",
        **function.environment,
        **workspace.secret_values(request.state),
        # The code is run where the store keeps it: nothing may be written there.
        "PYTHONPYCACHEPREFIX": str(workspace.services.parent / "pycache"),
        EXECUTION_MARK: str(workspace.folder),
        **guard(profile),
    }


def _result(
    function: Function, ended: process.Ended, answer: Path, request_id: str
) -> Any:
    if ended.reason == "timeout":
        raise _failed(
            "Sandbox.Timedout",
            f"RequestId: {request_id} Error: Task timed out after "
            f"{function.timeout_seconds:.2f} seconds",
        )
    if not ended.ok or not answer.exists():
        raise _failed(
            "Runtime.ExitError",
            f"RequestId: {request_id} Error: Runtime exited with error: {_exit(ended)}",
        )
    content = read_json(answer)
    if "error" in content:
        error = content["error"]
        text = json.dumps(error, separators=(",", ":"))
        raise StateError(error["errorType"], text)
    return content["result"]


def _exit(ended: process.Ended) -> str:
    """As Lambda tells it: `exit status 1`, or `signal: killed`."""
    if ended.signal is None:
        return f"exit status {ended.code}"
    return f"signal: {str(signal.strsignal(ended.signal)).lower()}"


def _failed(error: str, message: str) -> StateError:
    cause = {"errorMessage": message, "errorType": error}
    return StateError(error, json.dumps(cause, separators=(",", ":")))
