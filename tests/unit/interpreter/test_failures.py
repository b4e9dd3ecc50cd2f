"""Retry, Catch, timeouts: what happens when a state fails."""

import threading
import time

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


def test_an_error_nobody_catches_fails_the_execution(interpret, machine, task):
    got = interpret(machine(T=task()), tasks={"T": BOOM})
    assert (got.status, got.error, got.cause) == ("FAILED", "Boom", "it broke")
    assert got.types()[-2:] == ["TaskFailed", "ExecutionFailed"]
    assert got.details("ExecutionFailed") == [{"error": "Boom", "cause": "it broke"}]


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


def test_a_task_that_takes_too_long_is_stopped(interpret, machine, task):
    stopped = threading.Event()

    def hang(request):
        if request.stop.wait(240):
            stopped.set()

    state = task(TimeoutSeconds=0.05, Catch=[{"ErrorEquals": ["States.Timeout"],
                                              "Next": "P"}])  # fmt: skip
    got = interpret(machine(T=state, P=PASS), tasks={"T": hang}, real_time=True)
    assert got.output == {"Error": "States.Timeout"}
    assert "TaskTimedOut" in got.types()
    assert stopped.is_set()


def test_a_missed_heartbeat_is_a_timeout(interpret, machine, task):
    catch = [{"ErrorEquals": ["States.Timeout"], "Next": "P"}]
    missed = StateError("States.HeartbeatTimeout")
    got = interpret(machine(T=task(Catch=catch), P=PASS), tasks={"T": missed})
    assert got.status == "SUCCEEDED"
    assert "TaskTimedOut" in got.types()


def test_a_machine_that_takes_too_long_is_timed_out(interpret, machine, virtual):
    definition = machine({"TimeoutSeconds": 60}, W={"Type": "Wait", "Seconds": 61})
    got = interpret(definition)
    assert got.status == "TIMED_OUT"
    assert (got.error, got.cause) == (None, None)
    assert got.types()[-2:] == ["WaitStateAborted", "ExecutionTimedOut"]
    assert got.details("ExecutionTimedOut") == [{"error": "States.Timeout"}]
    assert sum(virtual.slept) == pytest.approx(60)


def test_a_machine_that_is_timed_out_stops_its_tasks(interpret, machine, task):
    started, stopped = threading.Event(), threading.Event()

    def hang(request):
        started.set()
        if request.stop.wait(240):
            stopped.set()

    def clock():
        # The machine's time is over once its task runs.
        return time.time() + 3600 * started.is_set()

    definition = machine({"TimeoutSeconds": 60}, T=task())
    got = interpret(definition, tasks={"T": hang}, real_time=True, clock=clock)
    assert got.status == "TIMED_OUT"
    assert stopped.is_set()


def test_an_endless_loop_ends_at_the_timeout(interpret, machine):
    definition = machine(
        {"TimeoutSeconds": 100},
        W={"Type": "Wait", "Seconds": 1},
        P={**PASS, "Next": "W"},
    )
    assert interpret(definition).status == "TIMED_OUT"


def test_a_stop_ends_a_wait_at_once(interpret, machine):
    stop = threading.Event()
    threading.Timer(0.05, stop.set).start()
    definition = machine(W={"Type": "Wait", "Seconds": 3600})
    got = interpret(definition, stop=stop, real_time=True)
    assert got.status == "ABORTED"
    assert got.types()[-1] == "ExecutionAborted"


def test_a_stop_reaches_the_tasks(interpret, machine, task):
    stop, stopped = threading.Event(), threading.Event()

    def hang(request):
        stop.set()
        if request.stop.wait(240):
            stopped.set()

    got = interpret(machine(T=task()), tasks={"T": hang}, stop=stop, real_time=True)
    assert got.status == "ABORTED"
    assert stopped.is_set()
    assert got.types()[-2:] == ["TaskStateAborted", "ExecutionAborted"]


def test_a_bug_in_a_handler_is_not_hidden(interpret, machine, task):
    state = task(Catch=[{"ErrorEquals": ["States.ALL"], "Next": "P"}])
    with pytest.raises(ZeroDivisionError):
        interpret(machine(T=state, P=PASS), tasks={"T": lambda request: 1 / 0})
