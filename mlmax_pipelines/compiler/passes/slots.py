"""States that take a slot before anything is paid for: so many executions at a time.

What comes in: how many slots a pipeline has. What goes out: a state that adds the
execution to those that hold one, if one is free, and one that fails when it was not.
Never: a slot given back; whoever hears of an execution's end does that.

AWS has no setting for it: a conditional update of an item decides, as AWS Compute Blog,
"Controlling concurrency in distributed systems using AWS Step Functions", does it. The
item holds names and not a number, so that to take a slot or to give one back twice
changes nothing.
"""

from __future__ import annotations

from typing import Any

from mlmax_pipelines.base.names import PREFIX
from mlmax_pipelines.base.slots import (
    FREE,
    HOLDERS,
    IS_FULL,
    KEY,
    PIPELINE,
    TABLE,
    TAKE,
)
from mlmax_pipelines.compiled import Job, Setting, Slots, Sub
from mlmax_pipelines.declared import Statement
from mlmax_pipelines.steps import iam, sdk
from mlmax_pipelines.steps.context import BuildContext
from mlmax_pipelines.steps.contract import Draft
from mlmax_pipelines.steps.retries import of_infrastructure
from mlmax_pipelines.steps.sdk import State
from mlmax_pipelines.steps.values import context_object

FULL = "No slot is free"
NAMES = (TAKE, FULL)
ERROR = "Slots.Full"
# Seconds before the first further try, and between two at most; how many: for a week,
# or as long as it takes to find that one who held a slot runs no more.
_SOON, _LONGEST = 15, 300
_WAITS, _FAILS = 2_016, 1


def take(slots: Slots, context: BuildContext, first: State) -> list[Draft]:
    """The states, linked and on to `first`."""
    # Few pipelines have slots.
    from mlmax_pipelines.steps.services.dynamodb.jobs import UPDATE_ITEM

    text = f"executions of {context.pipeline} at the same time"
    setting = Setting("Count", slots.most, "", KEY, text, KEY)
    most = context.use("MaxConcurrentExecutions", setting)
    request = _request(context.use("SlotsTable", Sub(TABLE)), most)
    draft = context.task(TAKE, Job(UPDATE_ITEM), request, result_path=None)
    sdk.add_retry(
        draft.state,
        error_equals=[IS_FULL],
        interval_seconds=_SOON,
        max_attempts=_WAITS if slots.waits else _FAILS,
        backoff_rate=1.5,
        max_delay_seconds=_LONGEST,
    )
    of_infrastructure(draft)
    cause = f"{most} executions run, and no more may at the same time ({KEY})"
    full = sdk.fail(FULL, error=ERROR, cause=cause)
    sdk.add_catch(draft.state, [IS_FULL], full)
    draft.state.next_step = first
    draft.execution_role = (_statement(context.pipeline),)
    return [draft, Draft(full)]


def _request(table: str, most: str) -> dict[str, Any]:
    own = context_object("$$.Execution.Id")
    return {
        "TableName": table,
        "Key": {PIPELINE: {"S": context_object("$$.StateMachine.Name")}},
        "UpdateExpression": f"ADD {HOLDERS} :one",
        "ConditionExpression": FREE,
        "ExpressionAttributeValues": {
            ":one": {"SS": [own]},
            ":own": {"S": own},
            ":most": {"N": most},
        },
    }


def _statement(pipeline: str) -> Statement:
    """Its own item alone."""
    own = {"dynamodb:LeadingKeys": f"{PREFIX}-{pipeline}"}
    return Statement(
        ("dynamodb:UpdateItem",),
        (iam.arn("dynamodb", f"table/{TABLE}"),),
        "takes a slot",
        {"ForAllValues:StringEquals": own},
    )
