from __future__ import annotations

import json
import threading
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import pytest

from mlmax_pipelines.asl.failures import StateError
from mlmax_pipelines.interpreter.contract import TaskRequest
from mlmax_pipelines.local import tasks
from mlmax_pipelines.local.workspace import Workspace

SYNC = "arn:aws:states:::states:startExecution.sync"


@pytest.fixture
def start(workspace: Workspace) -> Any:
    """`start(resource, arguments, status)`: the answer for a nested execution that
    ends so, and gives back its input."""

    def run(resource: str, arguments: Any, status: str = "SUCCEEDED") -> Any:
        def nested(
            machine: str, name: str, input: Any, request: TaskRequest
        ) -> Mapping[str, Any]:
            told = {"Input": json.dumps(input), "Output": json.dumps([input])}
            return {"Status": status, "Name": name, "StateMachineArn": machine, **told}

        answer = tasks.handler(replace(workspace, start_nested=nested))
        stop = threading.Event()
        return answer(TaskRequest(resource, arguments, "S", {}, None, None, stop))

    return run


def test_its_data_are_text(start: Any) -> None:
    answer = start(SYNC, {"StateMachineArn": "arn:m", "Input": {"a": 1}, "Name": "n"})
    assert (answer["StateMachineArn"], answer["Name"]) == ("arn:m", "n")
    assert (answer["Input"], answer["Output"]) == ('{"a": 1}', '[{"a": 1}]')


def test_its_data_are_data(start: Any) -> None:
    answer = start(SYNC + ":2", {"StateMachineArn": "arn:m", "Input": '{"a": 1}'})
    assert (answer["Input"], answer["Output"]) == ({"a": 1}, [{"a": 1}])
    assert start(SYNC + ":2", {"StateMachineArn": "arn:m"})["Input"] == {}


def test_its_failure_is_the_tasks(start: Any) -> None:
    with pytest.raises(StateError) as caught:
        start(SYNC, {"StateMachineArn": "arn:m"}, "TIMED_OUT")
    assert caught.value.error == "States.TaskFailed"
    assert json.loads(caught.value.cause or "")["Status"] == "TIMED_OUT"
