"""Runs inside a Lambda function's process: import the handler, call it once.

What comes in: a JSON file (its path is the only argument) with the event and what the
context object says. What goes out: a JSON file beside it with the result, or with the
exception as Lambda shows it. Never: imports anything of this package.
"""

from __future__ import annotations

import importlib
import json
import sys
import time
import traceback
from typing import Any


class Context:
    """AWS page "Using the Lambda context object to retrieve Python function
    information"."""

    def __init__(self, request: dict[str, Any]) -> None:
        self.function_name = request["name"]
        self.function_version = "$LATEST"
        self.invoked_function_arn = request["arn"]
        self.memory_limit_in_mb = str(request["memory_mb"])
        self.aws_request_id = request["request_id"]
        self.log_group_name = f"/aws/lambda/{request['name']}"
        self.log_stream_name = request["request_id"]
        self.identity = None
        self.client_context = None
        self._deadline = time.monotonic() + request["timeout_seconds"]

    def get_remaining_time_in_millis(self) -> int:
        return max(0, int((self._deadline - time.monotonic()) * 1000))


def main(request_path: str) -> None:
    """Call the handler once."""
    with open(request_path, encoding="utf-8") as file:
        request = json.load(file)
    # In place of the folder of this file, which no function may import from.
    sys.path[0] = request["code"]
    try:
        answer = {"result": call(request)}
    except Exception as error:
        traceback.print_exc()
        answer = {"error": described(error)}
    with open(request["answer"], "w", encoding="utf-8") as file:
        json.dump(answer, file)


def call(request: dict[str, Any]) -> Any:
    """The handler's result, as JSON would carry it."""
    path, _, name = request["handler"].rpartition(".")
    module = importlib.import_module(path.replace("/", "."))
    result = getattr(module, name)(request["event"], Context(request))
    return json.loads(json.dumps(result, allow_nan=False))


def described(error: Exception) -> dict[str, Any]:
    """AWS page "Lambda function errors in Python"; without the frames of this file."""
    frames = traceback.extract_tb(error.__traceback__)
    own = [frame for frame in frames if frame.filename != __file__]
    return {
        "errorMessage": str(error),
        "errorType": type(error).__name__,
        "stackTrace": traceback.format_list(own),
    }


if __name__ == "__main__":
    main(sys.argv[1])
