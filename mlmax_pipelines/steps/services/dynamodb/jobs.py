"""What DynamoDB does for a task.

Source: AWS Step Functions Developer Guide,
"Perform DynamoDB CRUD operations with Step Functions".
"""

from __future__ import annotations

from mlmax_pipelines.declared import JobKind

JOBS = (
    JobKind(
        integration="dynamodb:getItem",
        label="read of an item",
        patterns=("",),
        calls=("dynamodb:GetItem",),
        local={"": "mlmax_pipelines.local.services.dynamodb:get_item"},
    ),
    JobKind(
        integration="dynamodb:putItem",
        label="write of an item",
        patterns=("",),
        calls=("dynamodb:PutItem",),
        local={"": "mlmax_pipelines.local.services.dynamodb:put_item"},
    ),
    JobKind(
        integration="dynamodb:deleteItem",
        label="removal of an item",
        patterns=("",),
        calls=("dynamodb:DeleteItem",),
        local={"": "mlmax_pipelines.local.services.dynamodb:delete_item"},
    ),
)
