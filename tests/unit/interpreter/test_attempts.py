"""Retry and Catch."""

import pytest

from mlmax_pipelines.interpreter import StateError
from mlmax_pipelines.interpreter.attempts import matches

PASS = {"Type": "Pass"}


BOOM = StateError("Boom", "it broke")


@pytest.mark.parametrize(
    ("listed", "error", "named"),
    [
        ("Boom", "Boom", True),
        ("Boom", "Bang", False),
        ("States.ALL", "Boom", True),
        ("States.ALL", None, True),
        ("States.ALL", "States.Timeout", True),
        ("States.ALL", "States.Runtime", False),
        ("States.ALL", "States.DataLimitExceeded", False),
        ("States.Runtime", "States.Runtime", False),
        ("States.DataLimitExceeded", "States.DataLimitExceeded", True),
        ("States.TaskFailed", "Boom", True),
        ("States.TaskFailed", "States.Timeout", False),
        ("States.TaskFailed", "States.HeartbeatTimeout", False),
        ("States.Timeout", "States.Timeout", True),
        ("States.Timeout", "States.HeartbeatTimeout", True),
        ("States.HeartbeatTimeout", "States.Timeout", False),
    ],
)
def test_error_names_match_as_aws_says(listed, error, named):
    assert matches(("Other", listed), error) is named


def test_retries_come_at_growing_intervals(interpret, machine, task, virtual):
    retry = {"ErrorEquals": ["Boom"], "IntervalSeconds": 2, "BackoffRate": 3,
             "MaxAttempts": 4, "MaxDelaySeconds": 10}  # fmt: skip
    got = interpret(machine(T=task(Retry=[retry])), tasks={"T": [BOOM] * 4 + ["done"]})
    assert got.output == "done"
    assert virtual.slept == pytest.approx([2, 6, 10, 10])
    assert got.types().count("TaskFailed") == 4
    assert got.types().count("TaskStateEntered") == 1


def test_a_retry_sees_how_many_there_were(interpret, machine, task):
    state = task(
        Parameters={"count.$": "$$.State.RetryCount"},
        Retry=[{"ErrorEquals": ["States.ALL"]}],
    )
    seen = []

    def answer(request):
        seen.append(request.arguments["count"])
        raise BOOM

    got = interpret(machine(T=state), tasks={"T": answer})
    assert got.error == "Boom"
    assert seen == [0, 1, 2, 3]


def test_each_retrier_counts_for_itself(interpret, machine, task):
    retry = [
        {"ErrorEquals": ["Boom"], "MaxAttempts": 1},
        {"ErrorEquals": ["Bang"], "MaxAttempts": 2},
        {"ErrorEquals": ["Never"], "MaxAttempts": 0},
    ]
    bang, never = StateError("Bang"), StateError("Never")
    answers = [bang, BOOM, bang, never, "done"]
    got = interpret(machine(T=task(Retry=retry)), tasks={"T": answers})
    assert got.error == "Never"
    assert answers == ["done"]


def test_full_jitter_waits_no_longer_than_the_interval(
    interpret, machine, task, virtual
):
    retry = {"ErrorEquals": ["Boom"], "IntervalSeconds": 8, "MaxAttempts": 20,
             "BackoffRate": 1, "JitterStrategy": "FULL"}  # fmt: skip
    interpret(machine(T=task(Retry=[retry])), tasks={"T": BOOM})
    assert len(virtual.slept) == 20
    assert all(0 <= seconds <= 8 for seconds in virtual.slept)
    assert len(set(virtual.slept)) > 1


def test_a_catcher_goes_on_with_the_error(interpret, machine, task):
    catch = [
        {"ErrorEquals": ["Bang"], "Next": "Wrong"},
        {"ErrorEquals": ["States.ALL"], "Next": "Caught", "ResultPath": "$.error"},
    ]
    definition = machine(T=task(Catch=catch), Wrong=PASS, Caught=PASS)
    got = interpret(definition, {"x": 1}, {"T": BOOM})
    assert got.output == {"x": 1, "error": {"Error": "Boom", "Cause": "it broke"}}
    assert got.types()[4:6] == ["TaskFailed", "TaskStateExited"]


def test_a_catcher_can_assign_the_error(interpret, machine, task):
    assign = {"why.$": "$.Cause"}
    catch = {"ErrorEquals": ["Boom"], "Next": "P", "Assign": assign}
    state = task(Catch=[catch], Assign={"never": 1})
    definition = machine(T=state, P={**PASS, "InputPath": "$why"})
    assert interpret(definition, tasks={"T": BOOM}).output == "it broke"


def test_a_catcher_comes_after_the_retries(interpret, machine, task):
    state = task(
        Retry=[{"ErrorEquals": ["Boom"], "MaxAttempts": 2}],
        Catch=[{"ErrorEquals": ["Boom"], "Next": "P"}],
    )
    got = interpret(machine(T=state, P=PASS), tasks={"T": BOOM})
    assert got.status == "SUCCEEDED"
    assert got.types().count("TaskFailed") == 3


def test_runtime_errors_are_caught_by_nothing(interpret, machine, task):
    everything = {"ErrorEquals": ["States.ALL"], "Next": "P"}
    broken = [
        {"Parameters": {"a.$": "$.no"}},
        {"Parameters": {"a.$": "States.StringToJson('{')"}},
        {"OutputPath": "$.no"},
    ]
    for fields in broken:
        state = task(Catch=[everything], Retry=[{"ErrorEquals": ["States.ALL"]}])
        got = interpret(machine(T={**state, **fields}, P=PASS), tasks={"T": 1})
        assert (got.status, got.error) == ("FAILED", "States.Runtime")
        assert got.cause.startswith(
            "An error occurred while executing the state 'T' "
            "(entered at the event id #2). "
        )


def test_a_missed_heartbeat_is_a_timeout(interpret, machine, task):
    catch = [{"ErrorEquals": ["States.Timeout"], "Next": "P"}]
    missed = StateError("States.HeartbeatTimeout")
    got = interpret(machine(T=task(Catch=catch), P=PASS), tasks={"T": missed})
    assert got.status == "SUCCEEDED"
    assert "TaskTimedOut" in got.types()
