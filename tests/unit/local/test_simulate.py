"""Simulated executions: functions that only echo or raise, the line protocol."""

import io
import json

import pytest

from mlmax_pipelines.asl.history import HistoryEvent
from mlmax_pipelines.base.errors import UsageError
from mlmax_pipelines.local.lambda_stubs import function_name
from mlmax_pipelines.local.simulate import serve_lines, simulate_file, trace

FUNCTION = "arn:aws:lambda:us-east-1:111111111111:function:"
INVOKE = "arn:aws:states:::lambda:invoke"
LAMBDAS = {
    "echo": {"kind": "echo"},
    "const": {"kind": "const", "value": {"k": 1}},
    "raise": {"kind": "raise", "errorType": "Bad", "errorMessage": "so bad"},
}


def machine(**state):
    return {"StartAt": "S", "States": {"S": {"Type": "Task", "End": True, **state}}}


def answer(definition, input=None, lambdas=LAMBDAS):
    asked = {"definition": definition, "input": input, "lambdas": lambdas}
    answers = io.StringIO()
    serve_lines(io.StringIO(json.dumps(asked) + "\n"), answers)
    return json.loads(answers.getvalue())


def test_a_plain_function_returns_its_result():
    assert answer(machine(Resource=FUNCTION + "echo"), [1])["output"] == [1]
    assert answer(machine(Resource=FUNCTION + "const:3"))["output"] == {"k": 1}


def test_an_invoked_function_s_result_is_the_payload():
    parameters = {"FunctionName": FUNCTION + "echo", "Payload.$": "$"}
    output = answer(machine(Resource=INVOKE, Parameters=parameters), {"x": 1})["output"]
    assert output["Payload"] == {"x": 1}
    assert output["StatusCode"] == 200
    assert output["ExecutedVersion"] == "$LATEST"


def test_a_function_that_raises_fails_with_its_type_and_its_message_as_json():
    got = answer(machine(Resource=FUNCTION + "raise"))
    assert (got["status"], got["error"]) == ("FAILED", "Bad")
    assert json.loads(got["cause"])["errorMessage"] == "so bad"


@pytest.mark.parametrize("lambdas", [{}, None, {"gone": {"kind": "missing"}}])
def test_a_function_that_is_not_there_is_not_found(lambdas):
    parameters = {"FunctionName": "gone"}
    got = answer(machine(Resource=INVOKE, Parameters=parameters), lambdas=lambdas)
    assert got["error"] == "Lambda.ResourceNotFoundException"
    assert got["cause"].startswith(f"Function not found: {FUNCTION}gone:$LATEST (")


@pytest.mark.parametrize(
    "reference", ["f", "f:1", FUNCTION + "f", FUNCTION + "f:$LATEST"]
)
def test_a_function_s_name_is_read_from_any_reference(reference):
    assert function_name(reference) == "f"


def test_each_line_is_answered_and_waits_take_no_time():
    wait = {"Type": "Wait", "Seconds": 100_000, "End": True}
    definition = {"StartAt": "W", "States": {"W": wait}}
    lines = json.dumps({"definition": definition, "input": 1}) + "\n"
    answers = io.StringIO()
    serve_lines(io.StringIO(lines * 3), answers)
    done = {"status": "SUCCEEDED", "output": 1, "error": None, "cause": None}
    assert [json.loads(line) for line in answers.getvalue().splitlines()] == [done] * 3


def test_a_definition_that_cannot_be_run_is_answered_too():
    got = answer({"StartAt": "S", "States": {}})
    assert got["status"] == "FAILED"
    assert "no state that 'StartAt' names" in got["cause"]


@pytest.mark.parametrize(
    ("definition", "said"),
    [
        ([1], "it must be an object, found a list"),
        ({"States": {"A": {"Next": {}}}}, "'States.A.Next' must be text, found an obj"),
    ],
)
def test_a_definition_of_another_form_is_refused(definition, said):
    assert said in answer(definition)["cause"]
    with pytest.raises(UsageError, match="the definition cannot be read: "):
        simulate_file(definition, {}, {}, None, lambda event: None)


@pytest.mark.parametrize("line", ["{", "[]", '{"lambdas": {"a": 1}}', "[" * 9999])
def test_a_line_that_is_no_case_ends_it(line):
    with pytest.raises(UsageError, match="line 2 is no case: "):
        serve_lines(io.StringIO(f"\n{line}\n"), io.StringIO())


def test_a_resource_without_a_stub_fails():
    got = answer(machine(Resource="arn:aws:states:::sns:publish"))
    assert "no stub answers the resource" in got["cause"]


def test_a_file_s_mocks_answer_and_the_trace_tells_the_way():
    out = io.StringIO()
    retry = [{"ErrorEquals": ["E"], "IntervalSeconds": 5}]
    mocks = {"S": [{"error": "E", "cause": "C"}, {"result": 1}]}
    definition = machine(Resource=INVOKE, Retry=retry)
    result = simulate_file(definition, {}, mocks, None, trace(out))
    assert result.output == 1
    assert [line.split() for line in out.getvalue().splitlines()] == [
        ["0.0s", "Task", "S"],
        ["0.0s", "TaskFailed", "E:", "C"],
    ]


def test_a_task_without_a_mock_ends_the_simulation():
    with pytest.raises(UsageError, match="no mock answers the task 'S'"):
        simulate_file(machine(Resource=INVOKE), {}, {}, None, lambda event: None)
    with pytest.raises(UsageError, match="must be an object, found a list"):
        simulate_file([], {}, {}, None, lambda event: None)


def test_what_mocks_say_does_nothing_to_a_terminal():
    out = io.StringIO()
    event = HistoryEvent(1, 0, 1.0, "TaskFailed", {"error": "E\x1b[2J", "cause": "c"})
    trace(out)(event)
    assert out.getvalue().endswith("  TaskFailed        E: c\n")
