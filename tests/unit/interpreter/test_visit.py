"""What a state sees and what is checked when it is left."""

PASS = {"Type": "Pass"}


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


def test_variables_are_assigned_when_a_state_is_left(interpret, machine, task):
    first = {**PASS, "Assign": {"x": 1, "seen.$": "$.a"}}
    second = task(Assign={"x.$": "$.result", "old.$": "$x"})
    third = {**PASS, "Parameters": {"x.$": "$x", "old.$": "$old", "seen.$": "$seen"}}
    definition = machine(A=first, B=second, C=third)
    got = interpret(definition, {"a": "in"}, {"B": {"result": 2}})
    assert got.output == {"x": 2, "old": 1, "seen": "in"}


def test_a_payload_that_is_too_large_is_an_error(interpret, machine, task):
    half = "é" * 70_000
    got = interpret(machine(T=task()), tasks={"T": half})
    assert got.status == "SUCCEEDED"
    got = interpret(machine(T=task()), tasks={"T": half * 2})
    assert (got.status, got.error) == ("FAILED", "States.DataLimitExceeded")
    assert "createProcessingJob.sync' returned a result with a size" in got.cause


def test_a_result_that_json_does_not_have_is_an_error(interpret, machine, task):
    got = interpret(machine(T=task()), tasks={"T": {"x": float("nan")}})
    assert (got.status, got.error) == ("FAILED", "States.Runtime")
    assert "returned no JSON" in got.cause
