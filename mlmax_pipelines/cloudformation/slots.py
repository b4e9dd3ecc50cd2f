"""The slots of a stack: the table of who holds one, and how they come free again.

What comes in: compiled pipelines. What goes out: the table, if any of them has slots;
states of the recorder that give back what ended, and take back what no longer runs.
Never: a slot taken; executions do that themselves.

Step Functions tells of executions that start and end as well as it can, not for certain
("Automating Step Functions event delivery with EventBridge", Step Functions Developer
Guide): so each time the other holders are looked at, too, and once an hour anyway.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any

from mlmax_pipelines.base import names
from mlmax_pipelines.base.names import PREFIX, machine_name
from mlmax_pipelines.base.slots import EXPIRES, HOLDERS, PIPELINE, TABLE
from mlmax_pipelines.cloudformation.tags import ref, sub
from mlmax_pipelines.compiled import CompiledPipeline
from mlmax_pipelines.declared import Statement

TABLE_ID = "Slots"
LOOK = "rate(1 hour)"
_KEY = {PIPELINE: {"S": "{% $states.input.pipeline %}"}}
_TABLE = {"TableName": "${SlotsTable}", "Key": _KEY}


def having(pipelines: Sequence[CompiledPipeline]) -> list[CompiledPipeline]:
    return [one for one in pipelines if one.slots]


def table(pipelines: Sequence[CompiledPipeline]) -> dict[str, Any]:
    """The table, which goes with its stack: it holds names of what runs, nothing that
    lasts or had to be encrypted with the user's key."""
    if not having(pipelines):
        return {}
    made = {
        "Type": "AWS::DynamoDB::Table",
        "DeletionPolicy": "Delete",
        "UpdateReplacePolicy": "Delete",
        "Properties": {
            "TableName": sub(TABLE),
            "BillingMode": "PAY_PER_REQUEST",
            "AttributeDefinitions": [{"AttributeName": PIPELINE, "AttributeType": "S"}],
            "TimeToLiveSpecification": {"AttributeName": EXPIRES, "Enabled": True},
            "KeySchema": [{"AttributeName": PIPELINE, "KeyType": "HASH"}],
            "Tags": names.tags(environment=ref("Environment")),
        },
    }
    return {TABLE_ID: made}


def needs() -> list[Statement]:
    """What the recorder does with it."""
    actions = ("dynamodb:GetItem", "dynamodb:UpdateItem")
    return [
        Statement(
            actions, (f"${{{TABLE_ID}.Arn}}",), "gives back the slots of what has ended"
        )
    ]


def states(
    pipelines: Sequence[CompiledPipeline], retry: Sequence[Any]
) -> dict[str, Any]:
    """The states that come before a record is made: one that frees slots, of the
    pipeline of an event or of all, and a choice of what comes after it."""
    ours = [machine_name(PREFIX, one.name) for one in having(pipelines)]
    which = f"($machine = '' ? {json.dumps(ours)} : $machine)"
    known = f"{which}[$ in {json.dumps(ours)}]"
    items = f"{{% [{known}.{{'{PIPELINE}': $, 'ended': $ended}}] %}}"
    free = {
        "Type": "Map",
        "Items": items,
        "ItemProcessor": _inline(_of_one(retry)),
        "Output": "{% $states.input %}",
        # What cannot be freed now is looked at again; a record must not wait for that.
        "Catch": [
            {
                "ErrorEquals": ["States.ALL"],
                "Output": "{% $states.input %}",
                "Next": "Anything to record",
            }
        ],
        "Next": "Anything to record",
    }
    ended = {"Condition": "{% $count($ended) > 0 %}", "Next": "Describe"}
    choice = {"Type": "Choice", "Choices": [ended], "Default": "Recorded"}
    return {"Free slots": free, "Anything to record": choice}


def _inline(states: Mapping[str, Any]) -> dict[str, Any]:
    mode = {"Mode": "INLINE"}
    return {"ProcessorConfig": mode, "StartAt": next(iter(states)), "States": states}


def _of_one(retry: Sequence[Any]) -> dict[str, Mapping[str, Any]]:
    """The states for one pipeline: `pipeline` is its machine, `ended` who has ended."""
    holders = f"$states.result.Item.{HOLDERS}.SS[$not($ in $states.input.ended)]"
    some = {"Condition": "{% $count($states.input.gone) > 0 %}", "Next": "Give back"}
    back = {
        **_TABLE,
        "UpdateExpression": f"DELETE {HOLDERS} :gone",
        "ExpressionAttributeValues": {":gone": {"SS": "{% $states.input.gone %}"}},
    }
    return {
        "Who holds one": {
            "Type": "Task",
            "Resource": "arn:aws:states:::dynamodb:getItem",
            "Arguments": {**_TABLE, "ConsistentRead": True},
            "Retry": list(retry),
            "Output": f"{{% $merge([$states.input, {{'holders': [{holders}]}}]) %}}",
            "Next": "Look at them",
        },
        "Look at them": {
            "Type": "Map",
            "Items": "{% $states.input.holders %}",
            "ItemProcessor": _inline(_of_holder(retry)),
            "Output": "{% $merge([$states.input, {'gone': "
            "[$states.input.ended, $states.result.$]}]) %}",
            "Next": "Anything to free",
        },
        "Anything to free": {
            "Type": "Choice",
            "Choices": [some],
            "Default": "Nothing to free",
        },
        "Nothing to free": {"Type": "Succeed"},
        "Give back": {
            "Type": "Task",
            "Resource": "arn:aws:states:::dynamodb:updateItem",
            "Arguments": back,
            "Retry": list(retry),
            "End": True,
        },
    }


def _of_holder(retry: Sequence[Any]) -> dict[str, Mapping[str, Any]]:
    """The states for an execution that holds one: a list of it, if it runs no more."""
    forgotten = ["Sfn.ExecutionDoesNotExistException"]
    gone = {"Output": "{% $states.input %}", "Next": "Runs no more"}
    look = {"ExecutionArn": "{% $states.input %}", "IncludedData": "METADATA_ONLY"}
    runs = "{% $states.input.Status = 'RUNNING' %}"
    return {
        "Look at a holder": {
            "Type": "Task",
            "Resource": "arn:aws:states:::aws-sdk:sfn:describeExecution",
            "Arguments": look,
            "Retry": [{"ErrorEquals": forgotten, "MaxAttempts": 0}, *retry],
            "Catch": [{"ErrorEquals": forgotten, **gone}],
            "Output": "{% {'Status': $states.result.Status, 'Arn': $states.input} %}",
            "Next": "Does it run",
        },
        "Does it run": {
            "Type": "Choice",
            "Choices": [{"Condition": runs, "Next": "Still runs"}],
            "Output": "{% $states.input.Arn %}",
            "Default": "Runs no more",
        },
        "Still runs": {"Type": "Pass", "Output": [], "End": True},
        "Runs no more": {
            "Type": "Pass",
            "Output": "{% [$states.input] %}",
            "End": True,
        },
    }
