"""How many executions of a pipeline an environment lets start a day, in the machine.

What comes in: the definition of a pipeline with slots, a number. What goes out: the
definition with a state that counts each start before it takes a slot, and one that
fails when there were as many already. Never: a day but that of the start, in UTC.

A day's item holds names and not a number, as that of slots does (see there): to count a
start twice changes nothing. DynamoDB deletes it later.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from mlmax_pipelines.base.names import PREFIX
from mlmax_pipelines.base.slots import (
    COUNT,
    EXPIRES,
    FREE,
    HOLDERS,
    IS_FULL,
    PIPELINE,
    TAKE,
)
from mlmax_pipelines.compiled import CompiledState
from mlmax_pipelines.declared import Statement

NONE_LEFT = "No start is left"
ERROR = "Executions.PerDay"
_START = "$states.context.Execution.StartTime"
_DAY = f"$substring({_START}, 0, 10)"
_KEPT_SECONDS = 172_800
_THEN = f"$string($floor($toMillis({_START}) / 1000) + {_KEPT_SECONDS})"
_OWN = "{% $states.context.Execution.Id %}"
_INPUT = "{% $states.input %}"


def counted(definition: Mapping[str, Any], most: int) -> dict[str, Any]:
    """The definition, in which what led to a slot leads to the count first."""
    states = {name: _led(state) for name, state in definition["States"].items()}
    taking = states[TAKE]
    retries = [one for one in taking["Retry"] if one["ErrorEquals"] != [IS_FULL]]
    cause = f"{most} executions were started today, the limit of the environment"
    added = {
        COUNT: {
            "Type": "Task",
            "QueryLanguage": "JSONata",
            "Resource": taking["Resource"],
            "Arguments": _request(taking["Parameters"]["TableName"], most),
            "Output": _INPUT,
            "Retry": retries,
            "Catch": [{"ErrorEquals": [IS_FULL], "Output": _INPUT, "Next": NONE_LEFT}],
            "Next": TAKE,
        },
        NONE_LEFT: {"Type": "Fail", "Error": ERROR, "Cause": cause},
    }
    return {**definition, "States": {**states, **added}}


def states(taking: CompiledState, pipeline: str) -> tuple[CompiledState, ...]:
    """What the added states are; `taking` is that which takes a slot."""
    days = {"dynamodb:LeadingKeys": f"{PREFIX}-{pipeline}/*"}
    need = Statement(
        taking.execution_role[0].actions,
        taking.execution_role[0].resources,
        "counts a start",
        {"ForAllValues:StringLike": days},
    )
    return (
        CompiledState(COUNT, "Task", "", "opening", None, taking.job, (need,)),
        CompiledState(NONE_LEFT, "Fail", "", "opening", None),
    )


def _led(state: Mapping[str, Any]) -> dict[str, Any]:
    ways = {key: COUNT for key in ("Next", "Default") if state.get(key) == TAKE}
    return {**state, **ways}


def _request(table: str, most: int) -> dict[str, Any]:
    key = f"{{% $states.context.StateMachine.Name & '/' & {_DAY} %}}"
    return {
        "TableName": table,
        "Key": {PIPELINE: {"S": key}},
        "UpdateExpression": f"ADD {HOLDERS} :one SET {EXPIRES} = :then",
        "ConditionExpression": FREE,
        "ExpressionAttributeValues": {
            ":one": {"SS": [_OWN]},
            ":own": {"S": _OWN},
            ":most": {"N": str(most)},
            ":then": {"N": f"{{% {_THEN} %}}"},
        },
    }
