"""How an execution starts and ends as a whole."""

import pytest

from mlmax_pipelines.base.errors import UsageError
from mlmax_pipelines.interpreter import StateError

PASS = {"Type": "Pass"}
BOOM = StateError("Boom", "it broke")


def test_an_execution_can_start_at_any_state(interpret, machine):
    definition = machine(A={**PASS, "Result": "a"}, B={**PASS, "ResultPath": "$.b"})
    got = interpret(definition, {"x": 1}, start_at="B")
    assert got.output == {"x": 1, "b": {"x": 1}}
    with pytest.raises(UsageError, match="no state 'C' to start at"):
        interpret(definition, start_at="C")


def test_an_error_nobody_catches_fails_the_execution(interpret, machine, task):
    got = interpret(machine(T=task()), tasks={"T": BOOM})
    assert (got.status, got.error, got.cause) == ("FAILED", "Boom", "it broke")
    assert got.types()[-2:] == ["TaskFailed", "ExecutionFailed"]
    assert got.details("ExecutionFailed") == [{"error": "Boom", "cause": "it broke"}]


def test_a_machine_that_takes_too_long_is_timed_out(interpret, machine, virtual):
    definition = machine({"TimeoutSeconds": 60}, W={"Type": "Wait", "Seconds": 61})
    got = interpret(definition)
    assert got.status == "TIMED_OUT"
    assert (got.error, got.cause) == (None, None)
    assert got.types()[-2:] == ["WaitStateAborted", "ExecutionTimedOut"]
    assert got.details("ExecutionTimedOut") == [{"error": "States.Timeout"}]
    assert sum(virtual.slept) == pytest.approx(60)
