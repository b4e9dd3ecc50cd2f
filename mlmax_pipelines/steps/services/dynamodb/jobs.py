"""What DynamoDB does for a task.

Source: AWS Step Functions Developer Guide,
"Perform DynamoDB CRUD operations with Step Functions".
"""

from __future__ import annotations

from mlmax_pipelines.declared import JobKind

# Of the service itself, and of a table that is asked for more than it gives.
_RETRIES = (
    (
        "DynamoDB.InternalServerErrorException",
        "DynamoDB.ProvisionedThroughputExceededException",
        "DynamoDB.RequestLimitExceededException",
        "DynamoDB.SdkClientException",
    ),
)
# Throttling has an error of no class of its own.
_VAGUE = ("DynamoDB.AmazonDynamoDBException",)


def _call(action: str, label: str, function: str) -> JobKind:
    name = action[:1].upper() + action[1:]
    return JobKind(
        integration=f"dynamodb:{action}",
        label=label,
        calls=(f"dynamodb:{name}",),
        retries=_RETRIES,
        vague=_VAGUE,
        local={"": f"mlmax_pipelines.local.services.dynamodb:{function}"},
    )


UPDATE_ITEM = _call("updateItem", "change of an item", "update_item")
JOBS = (
    _call("getItem", "read of an item", "get_item"),
    _call("putItem", "write of an item", "put_item"),
    _call("deleteItem", "removal of an item", "delete_item"),
    UPDATE_ITEM,
)
