from __future__ import annotations

import json
import threading
from typing import Any

import pytest

from mlmax_pipelines.asl.failures import StateError
from mlmax_pipelines.interpreter.contract import TaskRequest
from mlmax_pipelines.local.lambda_stubs import function_name, stub_handler

ARN = "arn:aws:lambda:us-east-1:111111111111:function:{}"
FUNCTIONS = {
    "echo": {"kind": "echo"},
    "const": {"kind": "const", "value": 7},
    "raise": {"kind": "raise", "errorType": "Bad", "errorMessage": "no"},
}
INVOKE = "arn:aws:states:::lambda:invoke"


def ask(resource: str, arguments: Any) -> Any:
    stop = threading.Event()
    request = TaskRequest(resource, arguments, "S", {}, None, None, stop)
    return stub_handler(FUNCTIONS)(request)


def test_a_functions_arn_gives_what_it_returns() -> None:
    assert ask(ARN.format("echo"), {"a": 1}) == {"a": 1}
    assert ask(ARN.format("const:3"), {"a": 1}) == 7


def test_an_invocation_gives_it_as_its_payload() -> None:
    given = {"FunctionName": ARN.format("echo"), "Payload": [1]}
    answer = ask(INVOKE, given)
    assert (answer["Payload"], answer["StatusCode"]) == ([1], 200)
    assert ask(INVOKE, {"FunctionName": "echo"})["Payload"] == {}


def test_what_a_function_raises_is_the_error() -> None:
    with pytest.raises(StateError) as caught:
        ask(ARN.format("raise"), {})
    assert caught.value.error == "Bad"
    assert json.loads(caught.value.cause or "")["errorMessage"] == "no"


def test_a_function_that_is_not_there_is_named() -> None:
    with pytest.raises(StateError) as caught:
        ask(ARN.format("none"), {})
    assert caught.value.error == "Lambda.ResourceNotFoundException"
    assert "function:none:$LATEST" in (caught.value.cause or "")


def test_other_resources_have_no_stub() -> None:
    with pytest.raises(StateError) as caught:
        ask("arn:aws:states:::sns:publish", {})
    assert "no stub answers" in (caught.value.cause or "")


@pytest.mark.parametrize("reference", ["f", "f:1", "111:function:f", ARN.format("f:1")])
def test_a_function_is_named_in_many_ways(reference: str) -> None:
    assert function_name(reference) == "f"
