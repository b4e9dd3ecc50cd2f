from __future__ import annotations

import threading
from dataclasses import replace
from typing import Any

import pytest

from mlmax_pipelines.asl.failures import StateError
from mlmax_pipelines.interpreter.contract import TaskRequest
from mlmax_pipelines.local import tasks
from mlmax_pipelines.local.orders import Function
from mlmax_pipelines.local.workspace import Workspace, arn

ARN = arn("lambda", "function:loader")
CODE = """
import json, os, sys, time

class NoData(Exception):
    pass

def handler(event, context):
    print("loading", event)
    return {"rows": event["rows"] + 1, "name": context.function_name,
            "left": context.get_remaining_time_in_millis() <= 600_000}

def fails(event, context):
    raise NoData("nothing at " + event["at"])

def sleeps(event, context):
    time.sleep(900)

def killed(event, context):
    os.kill(os.getpid(), 9)

def exits(event, context):
    os._exit(7)

def unfit(event, context):
    return {1, 2}

def endless(event, context):
    return {"score": float("inf")}
"""


def invoke(
    workspace: Workspace, name: str, resource: str, arguments: Any, seconds: int = 600
) -> Any:
    workspace.store.write("s3://artifacts/code/1/src/load.py", CODE.encode())
    function = Function("loader", "code/1/src", f"load.{name}", 128, seconds)
    answer = tasks.handler(replace(workspace, functions={ARN: function}))
    stop = threading.Event()
    return answer(TaskRequest(resource, arguments, "S", {}, None, None, stop))


def test_a_function_is_called_with_its_payload(workspace: Workspace) -> None:
    arguments = {"FunctionName": ARN, "Payload": {"rows": 1}}
    result = invoke(workspace, "handler", "arn:aws:states:::lambda:invoke", arguments)
    assert result == {
        "ExecutedVersion": "$LATEST",
        "Payload": {"rows": 2, "name": "loader", "left": True},
        "StatusCode": 200,
    }


@pytest.mark.parametrize("name", ["loader", f"{ARN}:$LATEST"])
def test_a_function_is_found_by_name_and_version(
    workspace: Workspace, name: str
) -> None:
    arguments = {"FunctionName": name, "Payload": '{"rows": 1}'}
    result = invoke(workspace, "handler", "arn:aws:states:::lambda:invoke", arguments)
    assert result["Payload"]["rows"] == 2


def test_a_functions_arn_as_resource_gives_the_payload_itself(
    workspace: Workspace,
) -> None:
    assert invoke(workspace, "handler", ARN, {"rows": 5})["rows"] == 6


def test_what_a_function_prints_is_in_its_log(workspace: Workspace) -> None:
    invoke(workspace, "handler", ARN, {"rows": 5})
    [(_, log)] = workspace.logs.list("S")
    assert log.read_text() == "loading {'rows': 5}\n"


def failed(
    workspace: Workspace, name: str, seconds: int = 600
) -> tuple[str | None, dict[str, Any]]:
    import json

    with pytest.raises(StateError) as caught:
        invoke(workspace, name, ARN, {"at": "s3://b/none"}, seconds)
    return caught.value.error, json.loads(caught.value.cause or "")


def test_an_exception_is_the_error_by_its_name(workspace: Workspace) -> None:
    error, cause = failed(workspace, "fails")
    assert error == "NoData"
    assert cause["errorMessage"] == "nothing at s3://b/none"
    assert cause["errorType"] == "NoData"
    assert len(cause["stackTrace"]) == 1 and "fails" in cause["stackTrace"][0]


def test_a_function_over_its_time_is_ended(workspace: Workspace) -> None:
    error, cause = failed(workspace, "sleeps", seconds=1)
    assert error == "Sandbox.Timedout"
    assert cause["errorMessage"].endswith("Task timed out after 1.00 seconds")


def test_a_function_that_ends_its_process_has_failed(workspace: Workspace) -> None:
    error, cause = failed(workspace, "exits")
    assert error == "Runtime.ExitError"
    assert cause["errorMessage"].endswith("exit status 7")


def test_a_function_that_a_signal_ends_says_so(workspace: Workspace) -> None:
    error, cause = failed(workspace, "killed")
    assert error == "Runtime.ExitError"
    assert cause["errorMessage"].endswith("signal: killed")


def test_a_result_must_be_json(workspace: Workspace) -> None:
    error, cause = failed(workspace, "unfit")
    assert error == "TypeError"
    assert "not JSON serializable" in cause["errorMessage"]
    error, cause = failed(workspace, "endless")
    assert error == "ValueError"
    assert "not JSON compliant" in cause["errorMessage"]


def test_an_unknown_function_is_named_with_the_known_ones(
    workspace: Workspace,
) -> None:
    arguments = {"FunctionName": "nobody", "Payload": {}}
    with pytest.raises(StateError, match=r"'nobody' \(functions .*: 'loader'\)"):
        invoke(workspace, "handler", "arn:aws:states:::lambda:invoke", arguments)


@pytest.mark.parametrize("folder", ["code", "json", "src/steps"])
def test_a_functions_folder_is_the_root_of_its_code_as_in_its_zip(
    workspace: Workspace, folder: str
) -> None:
    code = "import beside\n\ndef handler(event, context):\n    return beside.WORD\n"
    for name, text in (("load.py", code), ("beside.py", "WORD = 'found'\n")):
        place = f"s3://artifacts/code/1/{folder}/{name}"
        workspace.store.write(place, text.encode())
    function = Function("loader", f"code/1/{folder}", "load.handler", 128, 60)
    answer = tasks.handler(replace(workspace, functions={ARN: function}))
    request = TaskRequest(ARN, {}, "S", {}, None, None, threading.Event())
    assert answer(request) == "found"


def test_a_function_finds_its_own_variables(workspace: Workspace) -> None:
    code = b"import os\n\ndef handler(event, context):\n    return os.environ['TEAM']\n"
    workspace.store.write("s3://artifacts/code/1/src/load.py", code)
    function = Function("loader", "code/1/src", "load.handler", 128, 60, {"TEAM": "ml"})
    answer = tasks.handler(replace(workspace, functions={ARN: function}))
    request = TaskRequest(ARN, {}, "S", {}, None, None, threading.Event())
    assert answer(request) == "ml"
