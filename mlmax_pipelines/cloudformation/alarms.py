"""Alarms on executions that end badly, and the topic that tells people.

What comes in: a pipeline, a shape. What goes out: resources. Never: an alarm that goes
off because nothing ran.

A stopped execution (`ExecutionsAborted`) is no alarm: somebody stopped it. And nobody
is told when an alarm is over: that nothing failed for five minutes is no news.

Sources: AWS Step Functions Developer Guide, "Monitoring Step Functions metrics using
Amazon CloudWatch"; Amazon SNS Developer Guide, "Example cases for Amazon SNS access
control" and "Enable compatibility between event sources from AWS services and
encrypted topics".
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from mlmax_pipelines.base.names import PREFIX, alarm_name
from mlmax_pipelines.cloudformation.machine import environment_tags, tags
from mlmax_pipelines.cloudformation.shape import Shape
from mlmax_pipelines.cloudformation.tags import given, ref, sub
from mlmax_pipelines.compiled import CompiledPipeline

TOPIC = "AlertTopic"
EMAIL = "AlertEmail"
HAS_EMAIL = "HasAlertEmail"
NAMESPACE = "AWS/States"
# Metric -> logical id of its alarm, the end of its name, and what happened.
_ALARMS = {
    "ExecutionsFailed": ("FailedAlarm", "failed", "failed"),
    "ExecutionsTimedOut": ("TimedOutAlarm", "timed-out", "timed out"),
}
# A minute's point may come late; over five it is there when the alarm looks.
_SECONDS = 300
ARN = "arn:${AWS::Partition}:cloudwatch:${AWS::Region}:${AWS::AccountId}:alarm:"


def conditions() -> dict[str, Any]:
    """The condition that the subscription stands under."""
    return {HAS_EMAIL: given(EMAIL)}


def topic(shape: Shape) -> dict[str, dict[str, Any]]:
    """The environment's topic, who may publish to it, and who reads it by e-mail.

    It is encrypted with the environment's key alone: under the key that AWS manages,
    `alias/aws/sns`, CloudWatch could not publish to it. The policy of the
    environment's key has to let CloudWatch use it.
    """
    properties: dict[str, Any] = {
        "TopicName": sub(f"{PREFIX}-alerts"),
        "Tags": environment_tags(),
    }
    if shape.kms:
        properties["KmsMasterKeyId"] = ref("KmsKeyArn")
    subscription = {"TopicArn": ref(TOPIC), "Protocol": "email", "Endpoint": ref(EMAIL)}
    return {
        TOPIC: {"Type": "AWS::SNS::Topic", "Properties": properties},
        f"{TOPIC}Policy": _policy(),
        "AlertSubscription": {
            "Type": "AWS::SNS::Subscription",
            "Condition": HAS_EMAIL,
            "Properties": subscription,
        },
    }


def alarms(pipeline: CompiledPipeline) -> dict[str, dict[str, Any]]:
    """One alarm for each way in which an execution can end badly by itself."""
    return {
        logical_id: _alarm(pipeline, metric, ending, what)
        for metric, (logical_id, ending, what) in _ALARMS.items()
    }


def names(pipeline: str) -> list[str]:
    """What a pipeline's alarms are called, as the text of an `Fn::Sub`."""
    return [alarm_name(PREFIX, pipeline, ending) for _, ending, _ in _ALARMS.values()]


def _policy() -> dict[str, Any]:
    """CloudWatch publishes for the alarms of this environment, nobody else's."""
    publish: dict[str, Any] = {
        "Sid": "PublishAlarms",
        "Effect": "Allow",
        "Principal": {"Service": "cloudwatch.amazonaws.com"},
        "Action": "sns:Publish",
        "Resource": ref(TOPIC),
        "Condition": {
            "StringEquals": {"aws:SourceAccount": ref("AWS::AccountId")},
            "ArnLike": {"aws:SourceArn": sub(f"{ARN}{PREFIX}-*")},
        },
    }
    refuse: Mapping[str, Any] = {
        "Sid": "RefusePlainHttp",
        "Effect": "Deny",
        "Principal": "*",
        "Action": "sns:Publish",
        "Resource": ref(TOPIC),
        "Condition": {"Bool": {"aws:SecureTransport": "false"}},
    }
    document = {"Version": "2012-10-17", "Statement": [publish, refuse]}
    return {
        "Type": "AWS::SNS::TopicPolicy",
        "Properties": {"Topics": [ref(TOPIC)], "PolicyDocument": document},
    }


def _alarm(
    pipeline: CompiledPipeline, metric: str, ending: str, what: str
) -> dict[str, Any]:
    look = f"`pipeline list {pipeline.name} -e ${{Environment}}` says which"
    properties = {
        "AlarmName": sub(alarm_name(PREFIX, pipeline.name, ending)),
        "AlarmDescription": sub(
            f"An execution of pipeline {pipeline.name} {what}: {look}"
        ),
        "Namespace": NAMESPACE,
        "MetricName": metric,
        "Dimensions": [{"Name": "StateMachineArn", "Value": ref("StateMachine")}],
        "Statistic": "Sum",
        "Period": _SECONDS,
        "EvaluationPeriods": 1,
        "Threshold": 1,
        "ComparisonOperator": "GreaterThanOrEqualToThreshold",
        "TreatMissingData": "notBreaching",
        "AlarmActions": [ref(TOPIC)],
        "Tags": tags(pipeline.name),
    }
    return {"Type": "AWS::CloudWatch::Alarm", "Properties": properties}
