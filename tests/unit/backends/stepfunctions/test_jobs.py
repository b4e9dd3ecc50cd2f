"""Jobs in a history as GetExecutionHistory gives it, and how it is converted."""

from __future__ import annotations

import json
from datetime import datetime, timezone
from typing import Any

from mlmax_pipelines.asl.history import HistoryEvent
from mlmax_pipelines.backends.stepfunctions import jobs, records

TIME = datetime(2026, 11, 20, 16, 21, 5, 250000, tzinfo=timezone.utc)


def answer(id: int, type: str, previous: int | None, **details: Any) -> dict[str, Any]:
    key = type[0].lower() + type[1:] + "EventDetails"
    told = {"previousEventId": previous} if previous is not None else {}
    return {"id": id, "type": type, "timestamp": TIME, **told, key: details}


def scheduled(id: int, previous: int, resource: str, parameters: Any) -> HistoryEvent:
    kind = "states" if resource.startswith("start") else "sagemaker"
    text = json.dumps(parameters)
    details = {"resourceType": kind, "resource": resource, "parameters": text}
    return HistoryEvent(id, previous, 0.0, "TaskScheduled", details)


def event(id: int, previous: int, type: str, **details: Any) -> HistoryEvent:
    return HistoryEvent(id, previous, 0.0, type, details)


def test_an_event_keeps_what_it_tells_and_not_how_it_was_sent() -> None:
    told = answer(
        *(3, "TaskScheduled", 2),
        resource="createProcessingJob.sync",
        inputDetails={"truncated": False},
    )
    assert records.event(told) == HistoryEvent(
        *(3, 2, TIME.timestamp(), "TaskScheduled"),
        {"resource": "createProcessingJob.sync"},
    )


def test_an_event_that_does_not_say_what_it_follows_follows_the_one_before() -> None:
    assert records.event(answer(3, "TaskStarted", None)).previous_id == 2
    assert records.event(answer(2, "PassStateEntered", 0)).previous_id == 0


def test_a_record_is_read_from_a_description() -> None:
    found = records.record(
        {
            "executionArn": "arn:aws:states:r:1:execution:ml-dev-training:one",
            "stateMachineArn": "arn:aws:states:r:1:stateMachine:ml-dev-training",
            "name": "one",
            "status": "RUNNING",
            "startDate": TIME,
            "input": '{"a": 1}',
        },
        "dev",
        "ml-dev",
    )
    assert (found.pipeline, found.environment) == ("training", "dev")
    assert (found.input, found.output, found.stop_time) == ({"a": 1}, None, None)
    assert found.start_time == TIME.timestamp()


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
    assert [(job.state, job.name, job.over) for job in found] == [
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
