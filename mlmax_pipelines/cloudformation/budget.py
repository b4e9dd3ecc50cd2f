"""What an environment may cost a month: told of when it costs more, or will.

What comes in: a shape. What goes out: a budget over all that has the stack's tag, if
the environment has one. Never: a job stopped; nobody can tell which one it was.

Sources: AWS Cost Management User Guide, "Creating an Amazon SNS topic for budget
notifications" and "Using user-defined cost allocation tags": spend is told apart by
tags that were activated in the billing console.
"""

from __future__ import annotations

from typing import Any

from mlmax_pipelines.base.names import OWN_TAGS, PREFIX
from mlmax_pipelines.cloudformation import alarms
from mlmax_pipelines.cloudformation.shape import Shape
from mlmax_pipelines.cloudformation.tags import Tag, ref, sub

_ARN = f"arn:${{AWS::Partition}}:budgets::${{AWS::AccountId}}:budget/{PREFIX}"
# Of the whole amount.
_PERCENT = 100


def budget(shape: Shape) -> dict[str, Any]:
    """The budget, by logical id; nothing without one."""
    if not shape.budget:
        return {}
    # `user:<key>$<value>`, in which `Fn::Sub` would see something of its own.
    tag = Tag("Join", ["", [f"user:{OWN_TAGS}stack$", ref("Prefix")]])
    topic = {"SubscriptionType": "SNS", "Address": alarms.topic_arn()}
    told = [
        {
            "Notification": {
                "NotificationType": kind,
                "ComparisonOperator": "GREATER_THAN",
                "Threshold": _PERCENT,
                "ThresholdType": "PERCENTAGE",
            },
            "Subscribers": [topic],
        }
        for kind in ("ACTUAL", "FORECASTED")
    ]
    made = {
        "BudgetName": sub(PREFIX),
        "BudgetType": "COST",
        "TimeUnit": "MONTHLY",
        "BudgetLimit": {"Amount": shape.budget, "Unit": "USD"},
        "CostFilters": {"TagKeyValue": [tag]},
    }
    properties = {"Budget": made, "NotificationsWithSubscribers": told}
    return {"Budget": {"Type": "AWS::Budgets::Budget", "Properties": properties}}


def publishes(shape: Shape) -> list[dict[str, Any]]:
    """The statement of the topic's policy that lets this budget tell of it."""
    statement = {
        "Sid": "PublishBudget",
        "Effect": "Allow",
        "Principal": {"Service": "budgets.amazonaws.com"},
        "Action": "sns:Publish",
        "Resource": ref(alarms.TOPIC),
        "Condition": {
            "StringEquals": {"aws:SourceAccount": ref("AWS::AccountId")},
            "ArnLike": {"aws:SourceArn": sub(_ARN)},
        },
    }
    return [statement] if shape.budget else []
