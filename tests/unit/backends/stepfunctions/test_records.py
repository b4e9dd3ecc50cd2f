"""Answers of Step Functions, as every backend gives them."""

from __future__ import annotations

from datetime import datetime, timezone
from typing import Any

from mlmax_pipelines.asl.history import HistoryEvent
from mlmax_pipelines.backends.stepfunctions import records

TIME = datetime(2026, 11, 20, 16, 21, 5, 250000, tzinfo=timezone.utc)


def answer(id: int, type: str, previous: int | None, **details: Any) -> dict[str, Any]:
    key = type[0].lower() + type[1:] + "EventDetails"
    told = {"previousEventId": previous} if previous is not None else {}
    return {"id": id, "type": type, "timestamp": TIME, **told, key: details}


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
