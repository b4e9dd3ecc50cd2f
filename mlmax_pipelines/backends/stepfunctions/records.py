"""Step Functions' answers -> records and history events, as every backend gives them.

What comes in: answers of DescribeExecution, ListExecutions and GetExecutionHistory
(AWS Step Functions API Reference). What goes out: ExecutionRecord and HistoryEvent.
Never: asks AWS anything.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from mlmax_pipelines.asl.history import HistoryEvent
from mlmax_pipelines.backends.contract import ExecutionRecord
from mlmax_pipelines.base.names import pipeline_of

_DETAILS = "EventDetails"
# Say whether data were cut off, which they are not when the caller may read them.
_NO_DATA = ("inputDetails", "outputDetails")


def record(answer: Mapping[str, Any], environment: str, stack: str) -> ExecutionRecord:
    """One execution; what ListExecutions does not tell (input, output) is None."""
    stopped = answer.get("stopDate")
    return ExecutionRecord(
        id=answer["executionArn"],
        name=answer["name"],
        pipeline=pipeline_of(answer["stateMachineArn"], stack),
        environment=environment,
        status=answer["status"],
        start_time=answer["startDate"].timestamp(),
        stop_time=stopped.timestamp() if stopped else None,
        input=_data(answer.get("input")),
        output=_data(answer.get("output")),
        error=answer.get("error"),
        cause=answer.get("cause"),
    )


def event(answer: Mapping[str, Any]) -> HistoryEvent:
    """One event; one that does not say what it follows, follows the one before it."""
    told: Mapping[str, Any] = next(
        (answer[key] for key in answer if key.endswith(_DETAILS)), {}
    )
    return HistoryEvent(
        id=answer["id"],
        previous_id=answer.get("previousEventId", answer["id"] - 1),
        timestamp=answer["timestamp"].timestamp(),
        type=answer["type"],
        details={key: value for key, value in told.items() if key not in _NO_DATA},
    )


def _data(text: str | None) -> Any:
    return None if text is None else json.loads(text)
