"""What SNS does for a task.

Source: AWS Step Functions Developer Guide,
"Send messages to an Amazon SNS topic with Step Functions".
"""

from __future__ import annotations

from mlmax_pipelines.declared import JobKind

JOBS = (
    JobKind(
        integration="sns:publish",
        label="message to a topic",
        patterns=("", ".waitForTaskToken"),
        calls=("sns:Publish",),
        local={"": "mlmax_pipelines.local.services.messages:publish"},
    ),
)
