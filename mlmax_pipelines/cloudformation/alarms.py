"""Alarms on executions that fail, and the topic that tells people.

What comes in: a pipeline's name. What goes out: resources. Never: an alarm that is
silent about what it is about, or one that goes off because nothing ran.

Source: "Monitoring Step Functions metrics using Amazon CloudWatch" in the Step
Functions Developer Guide.
"""

from __future__ import annotations

from typing import Any

from mlmax_pipelines.cloudformation.tags import given, ref

TOPIC = "AlertTopic"
EMAIL = "AlertEmail"
HAS_EMAIL = "HasAlertEmail"
NAMESPACE = "AWS/States"
# Metric -> logical id of its alarm, and what happened.
_ALARMS = {
    "ExecutionsFailed": ("FailedAlarm", "failed"),
    "ExecutionsTimedOut": ("TimedOutAlarm", "timed out"),
}
_SECONDS = 300


def conditions() -> dict[str, Any]:
    """The condition that the subscription stands under."""
    return {HAS_EMAIL: given(EMAIL)}


def topic() -> dict[str, dict[str, Any]]:
    """The environment's topic, and a subscription when an e-mail address is given.

    It is not encrypted: alarms cannot publish to a topic under the key that AWS
    manages, and what they say is the name of a pipeline.
    """
    subscription = {"TopicArn": ref(TOPIC), "Protocol": "email", "Endpoint": ref(EMAIL)}
    tags = [{"Key": "mlmax:environment", "Value": ref("Environment")}]
    return {
        TOPIC: {"Type": "AWS::SNS::Topic", "Properties": {"Tags": tags}},
        "AlertSubscription": {
            "Type": "AWS::SNS::Subscription",
            "Condition": HAS_EMAIL,
            "Properties": subscription,
        },
    }


def alarms(pipeline: str) -> dict[str, dict[str, Any]]:
    """One alarm for each way in which an execution can end badly."""
    return {
        logical_id: _alarm(metric, f"An execution of pipeline {pipeline} {what}")
        for metric, (logical_id, what) in _ALARMS.items()
    }


def _alarm(metric: str, description: str) -> dict[str, Any]:
    dimension = {"Name": "StateMachineArn", "Value": ref("StateMachine")}
    properties = {
        "AlarmDescription": description,
        "Namespace": NAMESPACE,
        "MetricName": metric,
        "Dimensions": [dimension],
        "Statistic": "Sum",
        "Period": _SECONDS,
        "EvaluationPeriods": 1,
        "Threshold": 1,
        "ComparisonOperator": "GreaterThanOrEqualToThreshold",
        "TreatMissingData": "notBreaching",
        "AlarmActions": [ref(TOPIC)],
    }
    return {"Type": "AWS::CloudWatch::Alarm", "Properties": properties}
