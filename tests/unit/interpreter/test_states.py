"""Each state on its own: what it takes in, what it gives out."""

import json

import pytest

from mlmax_pipelines.base.errors import UsageError
from mlmax_pipelines.interpreter import StateError

PASS = {"Type": "Pass"}
LAMBDA = "arn:aws:lambda:us-east-1:000000000000:function:f"


@pytest.mark.parametrize(
    ("fields", "output"),
    [
        ({}, {"a": {"b": 1}, "c": 2}),
        ({"Result": {"r.$": "$.a"}}, {"r.$": "$.a"}),
        ({"Result": 1, "ResultPath": "$.r"}, {"a": {"b": 1}, "c": 2, "r": 1}),
        ({"Result": 1, "ResultPath": None}, {"a": {"b": 1}, "c": 2}),
        ({"InputPath": "$.a"}, {"b": 1}),
        ({"InputPath": None}, {}),
        ({"OutputPath": None}, {}),
        ({"OutputPath": "$.a.b"}, 1),
        ({"Result": {"r": 1}, "OutputPath": "$.r"}, 1),
        ({"Parameters": {"x.$": "$.c"}}, {"x": 2}),
        ({"InputPath": "$.a", "Parameters": {"x.$": "$.b"}}, {"x": 1}),
        (
            {"InputPath": "$.a", "ResultPath": "$.r"},
            {"a": {"b": 1}, "c": 2, "r": {"b": 1}},
        ),
        ({"InputPath": "$$.Execution.Name"}, "name"),
    ],
)
def test_pass_moves_data_as_its_fields_say(interpret, machine, fields, output):
    input = {"a": {"b": 1}, "c": 2}
    assert interpret(machine(P={**PASS, **fields}), input).output == output


def test_the_context_object_says_where_the_execution_is(interpret, machine):
    output = interpret(machine(P={**PASS, "InputPath": "$$"}), {"x": 1}).output
    assert output["Execution"]["Input"] == {"x": 1}
    assert output["Execution"]["StartTime"] == "1970-01-01T00:00:00.250Z"
    assert output["StateMachine"]["Name"] == "machine"
    assert output["State"] == {
        "Name": "P",
        "EnteredTime": "1970-01-12T13:46:40.000Z",
        "RetryCount": 0,
    }


def test_succeed_ends_the_machine(interpret, machine):
    definition = machine(S={"Type": "Succeed", "OutputPath": "$.a"}, P=PASS)
    assert interpret(definition, {"a": 1}).output == 1


@pytest.mark.parametrize(
    ("fields", "error", "cause"),
    [
        ({"Error": "E", "Cause": "C"}, "E", "C"),
        ({}, None, None),
        ({"ErrorPath": "$.e", "CausePath": "$.c"}, "Ep", "Cp"),
        ({"CausePath": "States.Format('{}!', $.c)"}, None, "Cp!"),
        ({"ErrorPath": "$$.State.Name"}, "F", None),
    ],
)
def test_fail_ends_with_its_error_and_cause(interpret, machine, fields, error, cause):
    got = interpret(machine(F={"Type": "Fail", **fields}), {"e": "Ep", "c": "Cp"})
    assert (got.status, got.error, got.cause) == ("FAILED", error, cause)


def test_choice_takes_the_first_rule_that_matches(interpret, machine):
    rules = [
        {"Variable": "$.n", "NumericLessThan": 5, "Next": "Low"},
        {"Variable": "$.n", "NumericLessThan": 9, "Next": "Middle"},
    ]
    choice = {"Type": "Choice", "Choices": rules, "Default": "High"}
    ends = {name: {**PASS, "Result": name, "Next": "End"} for name in
            ("Low", "Middle", "High")}  # fmt: skip
    definition = machine(C=choice, **ends, End=PASS)
    outputs = [interpret(definition, {"n": n}).output for n in (1, 5, 9)]
    assert outputs == ["Low", "Middle", "High"]


def test_choice_without_a_match_or_default_fails(interpret, machine):
    rule = {"Variable": "$.n", "NumericLessThan": 5, "Next": "P"}
    got = interpret(machine(C={"Type": "Choice", "Choices": [rule]}, P=PASS), {"n": 7})
    assert (got.status, got.error) == ("FAILED", "States.Runtime")
    assert "Failed to transition out of the state." in got.cause


@pytest.mark.parametrize(
    ("fields", "slept"),
    [
        ({"Seconds": 90}, 90),
        ({"SecondsPath": "$.seconds"}, 7),
        ({"Timestamp": "1970-01-12T13:46:50Z"}, 10),
        ({"TimestampPath": "$.at"}, 1.5),
        ({"Timestamp": "1970-01-01T00:00:00Z"}, 0),
    ],
)
def test_wait_takes_the_time_it_says(interpret, machine, virtual, fields, slept):
    input = {"seconds": 7, "at": "1970-01-12T13:46:41.5Z"}
    got = interpret(machine(W={"Type": "Wait", **fields}), input)
    assert got.output == input
    assert sum(virtual.slept) == pytest.approx(slept)


@pytest.mark.parametrize(
    ("field", "value", "cause"),
    [
        ("SecondsPath", -1, "references a negative value: $.v == -1"),
        ("SecondsPath", 1.5, "cannot be parsed as a long value: $.v == 1.5"),
        ("SecondsPath", "1", "cannot be parsed as a long value: $.v == 1"),
        ("TimestampPath", "2024-01-01", "date-time format string: $.v == 2024-01-01"),
        ("TimestampPath", 5, "date-time format string: $.v == 5"),
    ],
)
def test_wait_refuses_a_value_that_is_no_time(interpret, machine, field, value, cause):
    got = interpret(machine(W={"Type": "Wait", field: "$.v"}), {"v": value})
    assert (got.status, got.error) == ("FAILED", "States.Runtime")
    assert got.cause.endswith(cause)


def test_wait_says_when_its_path_finds_nothing(interpret, machine):
    got = interpret(machine(W={"Type": "Wait", "SecondsPath": "$.no"}))
    assert got.cause.endswith(
        "The SecondsPath parameter does not reference an input value: $.no"
    )


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


def test_variables_are_assigned_when_a_state_is_left(interpret, machine, task):
    first = {**PASS, "Assign": {"x": 1, "seen.$": "$.a"}}
    second = task(Assign={"x.$": "$.result", "old.$": "$x"})
    third = {**PASS, "Parameters": {"x.$": "$x", "old.$": "$old", "seen.$": "$seen"}}
    definition = machine(A=first, B=second, C=third)
    got = interpret(definition, {"a": "in"}, {"B": {"result": 2}})
    assert got.output == {"x": 2, "old": 1, "seen": "in"}


def test_choice_assigns_what_the_chosen_way_says(interpret, machine):
    rule = {"Variable": "$.n", "IsPresent": True, "Next": "P", "Assign": {"way": "n"}}
    choice = {"Type": "Choice", "Choices": [rule], "Default": "P",
              "Assign": {"way.$": "$.other"}}  # fmt: skip
    definition = machine(C=choice, P={**PASS, "InputPath": "$way"})
    assert interpret(definition, {"n": 1}).output == "n"
    assert interpret(definition, {"other": "default"}).output == "default"


def test_a_payload_that_is_too_large_is_an_error(interpret, machine, task):
    half = "é" * 70_000
    got = interpret(machine(T=task()), tasks={"T": half})
    assert got.status == "SUCCEEDED"
    got = interpret(machine(T=task()), tasks={"T": half * 2})
    assert (got.status, got.error) == ("FAILED", "States.DataLimitExceeded")
    assert "createProcessingJob.sync' returned a result with a size" in got.cause


def test_a_full_history_ends_the_execution(interpret, machine):
    definition = machine(A={**PASS, "Next": "B"}, B={**PASS, "Next": "A"})
    got = interpret(definition)
    assert (got.status, got.error) == ("FAILED", "States.Runtime")
    assert "maximum number of history events (25000)" in got.cause
    assert got.events[-1].id == 25_000


def test_an_execution_can_start_at_any_state(interpret, machine):
    definition = machine(A={**PASS, "Result": "a"}, B={**PASS, "ResultPath": "$.b"})
    got = interpret(definition, {"x": 1}, start_at="B")
    assert got.output == {"x": 1, "b": {"x": 1}}
    with pytest.raises(UsageError, match="no state 'C' to start at"):
        interpret(definition, start_at="C")


@pytest.mark.parametrize(
    ("definition", "message"),
    [
        ({}, "no state that 'StartAt' names"),
        ({"StartAt": "A", "States": {"B": PASS}}, "no state that 'StartAt' names"),
        (
            {"StartAt": "A", "States": {"A": {**PASS, "Next": "B"}}},
            "'A' cannot be run: it goes to 'B'",
        ),
        ({"StartAt": "A", "States": {"A": {"Type": "Psas"}}}, "no state type 'Psas'"),
        ({"StartAt": "A", "States": {"A": {"Type": "Task"}}}, "no field 'Resource'"),
        (
            {"StartAt": "A", "States": {"A": {**PASS, "InputPath": "$["}}},
            "state 'A' cannot be run: no '\\]' closes",
        ),
        (
            {"StartAt": "A", "States": {"A": {"Type": "Map", "ItemReader": {}}}},
            "'ItemReader' is not supported yet",
        ),
        (
            {"StartAt": "A", "States": {"A": {**PASS, "QueryLanguage": "SQL"}}},
            "no query language 'SQL'",
        ),
        ({"StartAt": "A", "States": {"A": 1}}, "state 'A' is malformed"),
        (
            {"StartAt": "A", "States": {"A": {"Type": "Map", "MaxConcurrency": "x"}}},
            "'MaxConcurrency' must be a number, found 'x'",
        ),
    ],
)
def test_what_cannot_be_run_is_refused_before_it_starts(interpret, definition, message):
    with pytest.raises(UsageError, match=message):
        interpret(definition)


def test_jsonata_states_without_expressions_run(interpret, machine):
    rule = {"Condition": True, "Next": "P"}
    choice = {"Type": "Choice", "QueryLanguage": "JSONata", "Choices": [rule]}
    output = {**PASS, "QueryLanguage": "JSONata", "Output": {"done": True}}
    assert interpret(machine(C=choice, P=output)).output == {"done": True}


def test_jsonata_expressions_are_refused_by_name(interpret, machine):
    state = {**PASS, "QueryLanguage": "JSONata", "Output": "{% $states.input %}"}
    got = interpret(machine(P=state))
    assert (got.status, got.error) == ("FAILED", "States.QueryEvaluationError")
    assert "JSONata is not supported yet: '{% $states.input %}'" in got.cause


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


def test_nobody_needs_to_listen(machine, interpret):
    assert interpret(machine(P=PASS), {"x": 1}, on_event=None).output == {"x": 1}
