"""What jobs are billed for, as they describe themselves."""

from __future__ import annotations

import json
from typing import Any

from mlmax_pipelines.asl.history import HistoryEvent
from mlmax_pipelines.observe.billing import Billed, billed, by_step
from mlmax_pipelines.observe.render.terminal import billed as line

ARN = "arn:aws:sagemaker:us-east-1:123456789012:"
TRAINED = {
    "TrainingJobArn": f"{ARN}training-job/t",
    "BillableTimeInSeconds": 70,
    "TrainingStartTime": 0,
    "TrainingEndTime": 100_000,
    "ResourceConfig": {"InstanceType": "ml.m5.large", "InstanceCount": 2},
}
PROCESSED = {
    "ProcessingJobArn": f"{ARN}processing-job/p",
    "ProcessingStartTime": 1_000,
    "ProcessingEndTime": 31_500,
    "ProcessingResources": {
        "ClusterConfig": {"InstanceType": "ml.t3.medium", "InstanceCount": 1}
    },
}


def events(*jobs: tuple[str, str, Any]) -> list[HistoryEvent]:
    found = [HistoryEvent(1, 0, 0.0, "ExecutionStarted")]
    for state, how, job in jobs:
        id, key = len(found) + 1, "output" if how == "TaskSucceeded" else "cause"
        text = job if isinstance(job, str) else json.dumps(job)
        found.append(HistoryEvent(id, id - 1, 0.0, "TaskStateEntered", {"name": state}))
        found.append(HistoryEvent(id + 1, id, 0.0, "TaskScheduled"))
        found.append(HistoryEvent(id + 2, id + 1, 0.0, how, {key: text}))
    return found


def test_a_job_is_billed_for_all_its_machines() -> None:
    found = billed(
        events(
            ("Prepare", "TaskSucceeded", PROCESSED), ("Train", "TaskSucceeded", TRAINED)
        )
    )
    assert found == [
        Billed("Prepare", "ml.t3.medium x 1", 30.5),
        Billed("Train", "ml.m5.large x 2", 140),
    ]
    assert "billed for 170 s of machines: Prepare 30 s, Train 140 s" in line(found)


def test_an_attempt_that_failed_is_billed_as_well() -> None:
    found = billed(
        events(("P", "TaskFailed", PROCESSED), ("P", "TaskSucceeded", PROCESSED))
    )
    assert found == [Billed("P", "ml.t3.medium x 1", 61)]


def test_a_step_on_other_machines_is_one_step() -> None:
    jobs = (("P", "TaskSucceeded", PROCESSED), ("P", "TaskSucceeded", TRAINED))
    assert by_step(events(*jobs)) == {"P": 170.5}


def test_what_is_no_job_of_aws_is_not_billed() -> None:
    here = json.dumps(PROCESSED).replace("123456789012", "000000000000")
    for text in (here, "no JSON", "[1]", "{}", '{"ProcessingJobArn": "a"}'):
        assert billed(events(("P", "TaskSucceeded", text))) == []
    assert line([]) == ""
