"""A step's own retries, or those of the infrastructure's errors."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from mlmax_pipelines.asl.walk import walk_states
from mlmax_pipelines.interpreter import StateError
from tests.unit.compiler.projects import compiled, execute, problems


def retries(tmp_path: Path, step: str) -> dict[str, Any]:
    pipeline = compiled(tmp_path, step)
    return {
        found.name: found.state.get("Retry")
        for found in walk_states(pipeline.definition)
        if found.state["Type"] in ("Task", "Parallel")
    }


def test_what_reads_metrics_is_retried_and_what_judges_them_is_not(
    tmp_path: Path,
) -> None:
    found = retries(tmp_path, "  A: {module: copy}\n")
    assert found["A quality"] is None
    names = [retry["ErrorEquals"] for retry in found["A quality file"]]
    assert names == [["S3.SdkClientException"], ["S3.S3Exception"]]


def test_a_step_that_says_never_is_never_tried_again(tmp_path: Path) -> None:
    found = retries(tmp_path, "  A: {module: copy, retry: []}\n")
    assert set(map(str, found.values())) == {"None"}


TASK = ["States.TaskFailed", "States.Timeout"]


def test_a_number_is_so_many_further_attempts(tmp_path: Path) -> None:
    found = retries(tmp_path, "  A: {module: copy, retry: 3}\n")
    assert found["A"] == [
        {
            "ErrorEquals": TASK,
            "IntervalSeconds": 10,
            "MaxAttempts": 3,
            "BackoffRate": 2.0,
            "JitterStrategy": "FULL",
        }
    ]
    # How often the job is tried says nothing about its file.
    names = [retry["ErrorEquals"] for retry in found["A quality file"]]
    assert names == [["S3.SdkClientException"], ["S3.S3Exception"]]
    assert found["A quality"] is None


def test_a_rule_without_errors_is_of_the_same(tmp_path: Path) -> None:
    steps = "  A: {module: copy, retry: [{max_attempts: 2}, {errors: [States.ALL]}]}\n"
    first, last = retries(tmp_path, steps)["A"]
    assert (first["ErrorEquals"], first["MaxAttempts"]) == (TASK, 2)
    assert last["ErrorEquals"] == ["States.ALL"]


def test_a_job_is_tried_so_often_and_no_more(tmp_path: Path) -> None:
    pipeline = compiled(tmp_path, "  A: {module: copy, retry: 2}\n")
    broken = StateError("SageMaker.Broken", "")
    ran = execute(pipeline, answers={"A": [broken, broken]})
    assert (ran.status, len(ran.all_arguments("A"))) == ("SUCCEEDED", 3)
    ran = execute(pipeline, answers={"A": [broken] * 3})
    assert (ran.status, ran.error) == ("FAILED", "SageMaker.Broken")


@pytest.mark.parametrize(
    ("retry", "told"),
    [
        ("-1", "'steps.A.retry' must be at least 0, found -1"),
        ("true", "'steps.A.retry' must be a list, found true"),
        ("1.5", "'steps.A.retry' must be a list, found 1.5"),
    ],
)
def test_other_forms_are_refused(tmp_path: Path, retry: str, told: str) -> None:
    (found,) = problems(tmp_path, f"  A: {{module: copy, retry: {retry}}}\n")
    assert told in found


def test_none_is_never(tmp_path: Path) -> None:
    found = retries(tmp_path, "  A: {module: copy, retry: 0}\n")
    assert set(map(str, found.values())) == {"None"}


def test_a_name_that_a_refused_request_has_too_is_not_tried_for_long(
    tmp_path: Path,
) -> None:
    quota, vague = retries(tmp_path, "  A: {module: copy}\n")["A"]
    assert quota["ErrorEquals"] == ["SageMaker.ResourceLimitExceededException"]
    assert vague["ErrorEquals"] == ["SageMaker.AmazonSageMakerException"]
    assert vague["MaxAttempts"] == 3
    # Others' jobs have to end first: that takes hours.
    waits = [quota["IntervalSeconds"] * quota["BackoffRate"] ** n for n in range(26)]
    assert 5 < sum(min(one, quota["MaxDelaySeconds"]) for one in waits) / 3600 < 6
    waits = [vague["IntervalSeconds"] * vague["BackoffRate"] ** n for n in range(3)]
    assert sum(waits) <= 35
