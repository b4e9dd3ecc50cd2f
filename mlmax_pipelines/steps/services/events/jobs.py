"""What EventBridge does for a task.

Source: AWS Step Functions Developer Guide,
"Add EventBridge events with Step Functions".
"""

from __future__ import annotations

from mlmax_pipelines.declared import JobKind

JOBS = (
    JobKind(
        integration="events:putEvents",
        label="event",
        patterns=("", ".waitForTaskToken"),
        calls=("events:PutEvents",),
        local={"": "mlmax_pipelines.local.services.messages:put_events"},
    ),
)
