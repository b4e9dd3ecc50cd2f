"""Tasks: what is asked of a resource, and the events of it."""

import json

import pytest

from mlmax_pipelines.interpreter import StateError

PASS = {"Type": "Pass"}


LAMBDA = "arn:aws:lambda:us-east-1:000000000000:function:f"


def test_a_task_gets_its_effective_input_and_gives_its_result(interpret, machine, task):
    seen = []

    def answer(request):
        seen.append(request)
        return {"status": "ok", "noise": 1}

    state = task(
        InputPath="$.in",
        Parameters={"x.$": "$.x", "name.$": "$$.State.Name"},
        ResultSelector={"kept.$": "$.status"},
        ResultPath="$.out",
        TimeoutSeconds=60,
        HeartbeatSecondsPath="$.beat",
    )
    input = {"in": {"x": 1}, "beat": 5}
    got = interpret(machine(T=state), input, {"T": answer})
    assert got.output == {"in": {"x": 1}, "beat": 5, "out": {"kept": "ok"}}
    (request,) = seen
    assert request.arguments == {"x": 1, "name": "T"}
    assert (request.state, request.resource) == ("T", state["Resource"])
    assert (request.timeout_seconds, request.heartbeat_seconds) == (60, 5)
    assert request.context["State"]["Name"] == "T"
    assert not request.stop.is_set()


def test_a_task_that_waits_for_a_token_finds_it_in_the_context(interpret, machine):
    resource = "arn:aws:states:::sqs:sendMessage.waitForTaskToken"
    parameters = {"Token.$": "$$.Task.Token"}
    state = {"Type": "Task", "Resource": resource, "Parameters": parameters}
    got = interpret(machine(T=state), tasks={"T": lambda request: request.arguments})
    assert len(got.output["Token"]) == 36


def test_the_history_of_a_task_has_its_service_and_its_texts(interpret, machine, task):
    got = interpret(
        machine(T=task(TimeoutSeconds=60), P=PASS), {"i": 1}, {"T": {"o": "é"}}
    )
    assert got.types() == [
        "ExecutionStarted",
        "TaskStateEntered",
        "TaskScheduled",
        "TaskStarted",
        "TaskSucceeded",
        "TaskStateExited",
        "PassStateEntered",
        "PassStateExited",
        "ExecutionSucceeded",
    ]
    assert [event.id for event in got.events] == list(range(1, 10))
    assert [event.previous_id for event in got.events] == [0, 0, *range(2, 9)]
    (scheduled,) = got.details("TaskScheduled")
    assert scheduled["resourceType"] == "sagemaker"
    assert scheduled["resource"] == "createProcessingJob.sync"
    assert scheduled["region"] == "local"
    assert scheduled["timeoutInSeconds"] == 60
    assert json.loads(scheduled["parameters"]) == {"i": 1}
    assert got.details("TaskSucceeded")[0]["output"] == '{"o":"é"}'
    assert got.details("TaskStateExited") == [{"name": "T", "output": '{"o":"é"}'}]


@pytest.mark.parametrize(
    ("resource", "prefix"),
    [
        (LAMBDA, "LambdaFunction"),
        ("arn:aws:states:us-east-1:000000000000:activity:a", "Activity"),
        ("arn:aws:states:::aws-sdk:s3:getObject", "Task"),
    ],
)
def test_functions_and_activities_have_events_of_their_own(
    interpret, machine, resource, prefix
):
    definition = machine(T={"Type": "Task", "Resource": resource})
    assert f"{prefix}Succeeded" in interpret(definition, tasks={"T": 1}).types()
    failed = interpret(definition, tasks={"T": StateError("E", "C")})
    assert failed.details(f"{prefix}Failed")[0]["error"] == "E"
