"""What SQS does for a task.

Source: AWS Step Functions Developer Guide,
"Send messages to an Amazon SQS queue with Step Functions".
"""

from __future__ import annotations

from mlmax_pipelines.declared import JobKind

SEND_MESSAGE = JobKind(
    integration="sqs:sendMessage",
    label="message to a queue",
    patterns=("", ".waitForTaskToken"),
    calls=("sqs:SendMessage",),
    local={"": "mlmax_pipelines.local.services.messages:send_message"},
)
JOBS = (SEND_MESSAGE,)
