"""The queue of a stack for what could not be delivered: starts, records.

What goes out: the queue, and what it takes to put something there. Never: a queue that
somebody outside of the stack may write to.

Sources: EventBridge Scheduler User Guide, "Configuring a dead-letter queue for
EventBridge Scheduler"; Amazon EventBridge User Guide, "Using dead-letter queues to
process undelivered events".
"""

from __future__ import annotations

from typing import Any

from mlmax_pipelines.base import names
from mlmax_pipelines.base.names import PREFIX
from mlmax_pipelines.cloudformation.tags import ref, sub
from mlmax_pipelines.declared import Statement

QUEUE = "DeadLetters"
NAME = f"{PREFIX}-dead-letters"
# Known before it is made: what another template refers to.
ARN = f"arn:${{AWS::Partition}}:sqs:${{AWS::Region}}:${{AWS::AccountId}}:{NAME}"
SEND = Statement(("sqs:SendMessage",), (ARN,), "keeps what could not be started")
_DAYS = 14
_SECONDS_PER_DAY = 86_400


def queue() -> dict[str, Any]:
    """The queue, which goes with its stack."""
    return {
        "Type": "AWS::SQS::Queue",
        "DeletionPolicy": "Delete",
        "UpdateReplacePolicy": "Delete",
        "Properties": {
            "QueueName": sub(NAME),
            "MessageRetentionPeriod": _DAYS * _SECONDS_PER_DAY,
            "SqsManagedSseEnabled": True,
            "Tags": names.tags(environment=ref("Environment")),
        },
    }
