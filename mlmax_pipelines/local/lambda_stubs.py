"""Functions that only echo, return a constant, raise, or do not exist.

What comes in: what each function does. What goes out: a task handler for plain
function ARNs and for `lambda:invoke`. Never: calls a real function.
"""

from __future__ import annotations

import uuid
from typing import Any, Mapping

from mlmax_pipelines.asl.canonical import json_text
from mlmax_pipelines.asl.failures import StateError
from mlmax_pipelines.interpreter.contract import TaskHandler, TaskRequest

_INVOKE = ":states:::lambda:invoke"
_FUNCTION_ARN = "arn:aws:lambda:us-east-1:111111111111:function"


def stub_handler(functions: Mapping[str, Mapping[str, Any]]) -> TaskHandler:
    """Answer tasks from `functions`: name -> {"kind": "echo" | "const" | ...}."""

    def handle(request: TaskRequest) -> Any:
        arguments = request.arguments
        if ":function:" in request.resource:
            return _answer(functions, function_name(request.resource), arguments)
        if request.resource.endswith(_INVOKE):
            name = function_name(arguments["FunctionName"])
            return invoked(_answer(functions, name, arguments.get("Payload", {})))
        raise StateError(
            "States.Runtime", f"no stub answers the resource '{request.resource}'"
        )

    return handle


def function_name(reference: str) -> str:
    """A function's name from its name or ARN, with or without account and version."""
    parts = reference.split(":")
    if "function" in parts:
        return parts[parts.index("function") + 1]
    return parts[0]


def invoked(payload: Any) -> dict[str, Any]:
    """The result of `lambda:invoke` around what a function returned."""
    return {
        "ExecutedVersion": "$LATEST",
        "Payload": payload,
        "SdkHttpMetadata": {"HttpStatusCode": 200},
        "SdkResponseMetadata": {"RequestId": str(uuid.uuid4())},
        "StatusCode": 200,
    }


def _answer(functions: Mapping[str, Mapping[str, Any]], name: str, event: Any) -> Any:
    function = functions.get(name, {})
    kind = function.get("kind")
    if kind == "echo":
        return event
    if kind == "const":
        return function.get("value")
    if kind == "raise":
        raise StateError(function.get("errorType", "Error"), _raised(function))
    request_id = uuid.uuid4()
    raise StateError(
        "Lambda.ResourceNotFoundException",
        f"Function not found: {_FUNCTION_ARN}:{name}:$LATEST (Service: AWSLambda; "
        "Status Code: 404; Error Code: ResourceNotFoundException; "
        f"Request ID: {request_id}; Proxy: null)",
    )


def _raised(function: Mapping[str, Any]) -> str:
    """The cause a function leaves when it raised, shaped as Python functions do."""
    return json_text(
        {
            "errorMessage": function.get("errorMessage", ""),
            "errorType": function.get("errorType", "Error"),
            "requestId": str(uuid.uuid4()),
            "stackTrace": [],
        }
    )
