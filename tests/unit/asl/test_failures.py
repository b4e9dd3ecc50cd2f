"""Failures carry what the interpreter needs to name them."""

from __future__ import annotations

from mlmax_pipelines.asl.failures import EvaluationError, PathNotFound, StateError


def test_a_state_s_failure_has_an_error_and_a_cause() -> None:
    error = StateError("SageMaker.JobFailed", "out of memory")
    assert (error.error, error.cause) == ("SageMaker.JobFailed", "out of memory")
    assert str(error) == "SageMaker.JobFailed: out of memory"
    assert StateError(None).cause is None


def test_an_evaluation_s_failure_has_aws_s_name() -> None:
    error = EvaluationError("States.Runtime", "no field")
    assert (error.error, str(error)) == ("States.Runtime", "no field")


def test_a_path_that_leads_nowhere_says_where_it_was_looked_up() -> None:
    error = PathNotFound("$.a[3]", "the array has 2 items", {"a": [1, 2]}, True)
    assert (error.text, error.document, error.past_end) == (
        "$.a[3]",
        {"a": [1, 2]},
        True,
    )
    assert str(error) == "the array has 2 items"
