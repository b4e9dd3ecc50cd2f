"""Jobs in a history."""

from __future__ import annotations

import json
from typing import Any

from mlmax_pipelines.asl.history import HistoryEvent
from mlmax_pipelines.backends.stepfunctions import jobs


def scheduled(id: int, previous: int, resource: str, parameters: Any) -> HistoryEvent:
    kind = "states" if resource.startswith("start") else "sagemaker"
    text = json.dumps(parameters)
    details = {"resourceType": kind, "resource": resource, "parameters": text}
    return HistoryEvent(id, previous, 0.0, "TaskScheduled", details)


def event(id: int, previous: int, type: str, **details: Any) -> HistoryEvent:
    return HistoryEvent(id, previous, 0.0, type, details)


def test_jobs_are_found_with_their_states_in_branches_too() -> None:
    found = jobs.read(
        [
            event(1, 0, "ParallelStateEntered", name="Both"),
            event(2, 1, "TaskStateEntered", name="A"),
            event(3, 1, "TaskStateEntered", name="B"),
            scheduled(4, 2, "createTrainingJob.sync", {"TrainingJobName": "a"}),
            scheduled(5, 3, "createTransformJob.sync", {"TransformJobName": "b"}),
            event(6, 5, "TaskSubmitted"),
            event(7, 4, "TaskFailed"),
        ]
    )
    assert [(job.visit, job.name, job.over) for job in found] == [
        ("A", "a", True),
        ("B", "b", False),
    ]
    assert found[1].kind.log_group == "/aws/sagemaker/TransformJobs"


def test_every_attempt_has_a_job_of_its_own() -> None:
    found = jobs.read(
        [
            event(1, 0, "TaskStateEntered", name="A"),
            scheduled(2, 1, "createProcessingJob.sync", {"ProcessingJobName": "1"}),
            event(3, 2, "TaskFailed"),
            scheduled(4, 3, "createProcessingJob.sync", {"ProcessingJobName": "2"}),
        ]
    )
    assert [(job.name, job.over) for job in found] == [("1", True), ("2", False)]


def test_other_tasks_have_no_job() -> None:
    events = [
        event(1, 0, "TaskStateEntered", name="Model"),
        scheduled(2, 1, "createModel", {"ModelName": "m"}),
    ]
    assert jobs.read(events) == []


def test_nested_executions_are_found_once_they_have_started() -> None:
    arn = "arn:aws:states:us-east-1:1:execution:part:x"
    output = json.dumps({"ExecutionArn": arn})
    events = [
        event(1, 0, "TaskStateEntered", name="Part"),
        scheduled(2, 1, "startExecution.sync:2", {}),
        event(3, 2, "TaskSubmitted", resourceType="states", output=output),
        event(4, 0, "TaskSubmitted", resourceType="sagemaker", output="{}"),
    ]
    assert list(jobs.nested(events)) == [arn]


def test_a_job_in_a_map_is_known_by_its_item() -> None:
    found = jobs.read(
        [
            event(1, 0, "MapStateEntered", name="Each"),
            event(2, 1, "MapStateStarted", length=2),
            event(3, 2, "MapIterationStarted", name="Each", index=0),
            event(4, 2, "MapIterationStarted", name="Each", index=1),
            event(5, 4, "MapStateEntered", name="Inner"),
            event(6, 5, "MapIterationStarted", name="Inner", index=0),
            event(7, 6, "TaskStateEntered", name="Clean"),
            scheduled(8, 7, "createProcessingJob.sync", {"ProcessingJobName": "b"}),
            event(9, 3, "TaskStateEntered", name="Clean"),
            scheduled(10, 9, "createProcessingJob.sync", {"ProcessingJobName": "a"}),
            event(11, 8, "TaskFailed"),
            event(12, 11, "MapIterationFailed", name="Inner", index=0),
            event(13, 12, "TaskStateEntered", name="Next"),
            scheduled(14, 13, "createProcessingJob.sync", {"ProcessingJobName": "c"}),
        ]
    )
    visits = [("Clean[1.0]", "b"), ("Clean[0]", "a"), ("Next[1]", "c")]
    assert [(job.visit, job.name) for job in found] == visits
