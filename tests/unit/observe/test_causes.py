"""What a cause says, in a line."""

from __future__ import annotations

import json
from typing import Any

import pytest

from mlmax_pipelines.observe import causes
from mlmax_pipelines.observe.causes import human_cause, sentence
from tests.unit.observe.histories import JOB


def test_causes_are_unwrapped():
    nested = json.dumps({"Cause": JOB, "Error": "x"})
    assert human_cause(nested) == "no column 'radius'"
    assert human_cause('{"errorMessage": "bad row", "errorType": "E"}') == "bad row"
    assert human_cause("{not json") == "{not json"
    assert human_cause('{"other": 1}') == '{"other": 1}'
    assert human_cause(None) == ""
    assert human_cause("[1]") == "[1]"


@pytest.mark.parametrize(
    ("cause", "said"),
    [
        ("cannot read 'x'\n  hint: write s3://bucket/key", "cannot read 'x'"),
        ("error: no column 'x'\nhint: there is 'y'", "error: no column 'x'"),
        (
            'Traceback (most recent call last):\n  File "x.py", line 1\n    f()\n'
            "ValueError: too few rows",
            "ValueError: too few rows",
        ),
        ("ParserError: line 3\n    saw 4 fields\n\n", "ParserError: line 3"),
        ('failed: {\n  "a": 1\n}', "failed: {"),
        ("  indented only", "indented only"),
        ("", ""),
    ],
)
def test_the_line_that_says_most_is_shown_and_not_the_hint_below_it(
    cause: str, said: str
) -> None:
    assert sentence(cause) == said


LIMIT = {"StoppingCondition": {"MaxRuntimeInSeconds": 60}}


@pytest.mark.parametrize(
    ("described", "said"),
    [
        (
            {"TrainingJobStatus": "Stopped", "SecondaryStatus": "MaxRuntimeExceeded"},
            "stopped at its time limit of 60 s (max_runtime_seconds)",
        ),
        (
            {
                "ProcessingJobStatus": "Stopped",
                "ProcessingStartTime": 1000,
                "ProcessingEndTime": 61000,
            },
            "stopped at its time limit of 60 s (max_runtime_seconds)",
        ),
        ({"ProcessingJobStatus": "Stopped"}, "the job was stopped"),
    ],
)
def test_a_job_that_was_stopped_says_why(described: Any, said: str) -> None:
    assert human_cause(json.dumps({**described, **LIMIT})) == said


def test_limits_of_a_task_are_told() -> None:
    limits = {"timeoutInSeconds": 60, "heartbeatInSeconds": 5}
    assert causes.over_time(causes.TIMEOUT, limits).startswith("over its time limit of")
    assert causes.over_time(causes.HEARTBEAT, limits) == "no heartbeat for 5 s"
    assert causes.over_time(causes.TIMEOUT, {}) == ""
    assert causes.over_time(causes.HEARTBEAT, {}) == ""


@pytest.mark.parametrize(
    ("cause", "said"),
    [
        (
            'No S3 objects found under S3 URL "s3://b/p/e/Make/rows/" given in input',
            ("Make", "output 'rows'"),
        ),
        (
            "no S3 objects found under 's3://b/p/e/Make'",
            ("Make", "outputs"),
        ),
        ("no S3 objects found under 's3://b/of/my/own/'", None),
        ("no column 'x'", None),
    ],
)
def test_an_output_left_empty_is_its_steps(cause: str, said: Any) -> None:
    assert causes.emptied(cause, ["", "Other", "Make"]) == said


@pytest.mark.parametrize(
    ("reason", "said"),
    [
        ("Failed, exit code: 137", "Failed, exit code: 137 (killed by SIGKILL)"),
        ("AlgorithmError: , exit code: 1", "AlgorithmError: , exit code: 1"),
        ("AlgorithmError: , exit code: 255", "AlgorithmError: , exit code: 255"),
        ("killed by SIGSEGV, exit code: 139", "killed by SIGSEGV, exit code: 139"),
    ],
)
def test_an_exit_code_that_stands_for_a_signal_names_it(reason: str, said: str) -> None:
    assert human_cause(json.dumps({"FailureReason": reason})) == said
