"""Alarms on executions that end badly or never began, and the topic that tells people.

What comes in: a pipeline, a shape. What goes out: resources. Never: an alarm that goes
off because nothing ran that no schedule was to start.

A stopped execution (`ExecutionsAborted`) is no alarm: somebody stopped it. And nobody
is told when an alarm is over: that nothing failed for five minutes is no news.

Sources: AWS Step Functions Developer Guide, "Monitoring Step Functions metrics using
Amazon CloudWatch"; Amazon SNS Developer Guide, "Example cases for Amazon SNS access
control" and "Enable compatibility between event sources from AWS services and
encrypted topics"; Amazon CloudWatch API Reference, "PutMetricAlarm": periods of an hour
or more reach back for seven days at most; Amazon SQS Developer Guide, "Available
CloudWatch metrics for Amazon SQS".
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from mlmax_pipelines.base.names import PREFIX, alarm_name
from mlmax_pipelines.base.schedules import longest_pause
from mlmax_pipelines.cloudformation import letters
from mlmax_pipelines.cloudformation.letters import QUEUE
from mlmax_pipelines.cloudformation.machine import environment_tags, tags
from mlmax_pipelines.cloudformation.parameters import ON, schedule_id
from mlmax_pipelines.cloudformation.shape import Shape
from mlmax_pipelines.cloudformation.tags import Tag, get_att, given, ref, sub, when
from mlmax_pipelines.compiled import CompiledPipeline, Schedule

TOPIC = "AlertTopic"
EMAIL = "AlertEmail"
HAS_EMAIL = "HasAlertEmail"
NAMESPACE = "AWS/States"
# Metric -> logical id of its alarm, the end of its name, and what happened.
_ALARMS = {
    "ExecutionsFailed": ("FailedAlarm", "failed", "failed"),
    "ExecutionsTimedOut": ("TimedOutAlarm", "timed-out", "timed out"),
}
LETTERS = letters.NAME  # the alarm is called as its queue
_OWN_TOPIC = "MakesAlertTopic"
_GIVEN_TOPIC = "AlertTopicArn"
_HOUR, _LONGEST_WINDOW = 3_600, 7 * 24
_RUNBOOK = "what to do then: docs/runbook.md"
# A minute's point may come late; over five it is there when the alarm looks.
_SECONDS = 300
ARN = "arn:${AWS::Partition}:cloudwatch:${AWS::Region}:${AWS::AccountId}:alarm:"


def conditions() -> dict[str, Any]:
    """The conditions of the topic and its subscription."""
    own = Tag("Equals", [ref(_GIVEN_TOPIC), ""])
    return {HAS_EMAIL: given(EMAIL), _OWN_TOPIC: own}


def topic_arn() -> Tag:
    """The topic that is told: the stack's own, or the one it is given."""
    return when(_OWN_TOPIC, ref(TOPIC), ref(_GIVEN_TOPIC))


def topic(
    shape: Shape, others: Sequence[Mapping[str, Any]] = ()
) -> dict[str, dict[str, Any]]:
    """The environment's topic, who may publish to it (alarms, and what the statements
    `others` say), and who reads it by e-mail.

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
    read = {"TopicArn": topic_arn(), "Protocol": "email", "Endpoint": ref(EMAIL)}
    made = {"Type": "AWS::SNS::Topic", "Condition": _OWN_TOPIC}
    return {
        TOPIC: {**made, "Properties": properties},
        f"{TOPIC}Policy": _policy(others),
        "AlertSubscription": {
            "Type": "AWS::SNS::Subscription",
            "Condition": HAS_EMAIL,
            "Properties": read,
        },
    }


def alarms(pipeline: CompiledPipeline) -> dict[str, dict[str, Any]]:
    """One alarm for each way in which an execution can end badly by itself, and for
    each schedule that may not have started one."""
    found = {
        logical_id: _ended(pipeline, metric, ending, what)
        for metric, (logical_id, ending, what) in _ALARMS.items()
    }
    for one in pipeline.schedules:
        if hours := _window(one):
            found[f"{schedule_id(one)}Alarm"] = _not_started(pipeline, one, hours)
    return found


def turned_on(pipeline: CompiledPipeline) -> dict[str, Tag]:
    """The conditions that the alarms of schedules stand under."""
    return {
        f"{schedule_id(one)}On": Tag("Equals", [ref(f"{schedule_id(one)}State"), ON])
        for one in pipeline.schedules
        if _window(one)
    }


def _window(schedule: Schedule) -> int:
    """The hours within which a schedule has to start something; 0 where no alarm can
    look back that far, or nobody knows."""
    hours = longest_pause(schedule.expression) + 1
    return hours if 1 < hours <= _LONGEST_WINDOW else 0


def names(pipeline: str) -> list[str]:
    """What a pipeline's alarms are called, as the text of an `Fn::Sub`."""
    return [alarm_name(PREFIX, pipeline, ending) for _, ending, _ in _ALARMS.values()]


def _policy(others: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
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
    document = {"Version": "2012-10-17", "Statement": [publish, *others, refuse]}
    return {
        "Type": "AWS::SNS::TopicPolicy",
        "Condition": _OWN_TOPIC,
        "Properties": {"Topics": [ref(TOPIC)], "PolicyDocument": document},
    }


def _ended(
    pipeline: CompiledPipeline, metric: str, ending: str, what: str
) -> dict[str, Any]:
    look = f"`pipeline list {pipeline.name} -e ${{Environment}}` says which"
    return _of_machine(
        pipeline,
        ending,
        f"An execution of pipeline {pipeline.name} {what}: {look}",
        MetricName=metric,
        Period=_SECONDS,
        EvaluationPeriods=1,
        ComparisonOperator="GreaterThanOrEqualToThreshold",
        TreatMissingData="notBreaching",
    )


def _not_started(
    pipeline: CompiledPipeline, schedule: Schedule, hours: int
) -> dict[str, Any]:
    """Goes off, too, until a schedule that was just turned on has started the first
    execution: nothing tells that from one that never will."""
    by = f" {schedule.name}" if schedule.name else ""
    ending = "-".join(filter(None, ("not-started", schedule.name)))
    made = _of_machine(
        pipeline,
        ending,
        f"No execution of pipeline {pipeline.name} was started for {hours} hours, and "
        f"its schedule{by} is {schedule.expression}",
        MetricName="ExecutionsStarted",
        Period=_HOUR,
        EvaluationPeriods=hours,
        ComparisonOperator="LessThanThreshold",
        TreatMissingData="breaching",
    )
    return {**made, "Condition": f"{schedule_id(schedule)}On"}


def _of_machine(
    pipeline: CompiledPipeline, ending: str, what: str, **more: Any
) -> dict[str, Any]:
    return _alarm(
        alarm_name(PREFIX, pipeline.name, ending),
        what,
        Namespace=NAMESPACE,
        Dimensions=[{"Name": "StateMachineArn", "Value": ref("StateMachine")}],
        Statistic="Sum",
        **more,
        AlarmActions=[ref(TOPIC)],
        Tags=tags(pipeline.name),
    )


def of_letters() -> dict[str, dict[str, Any]]:
    """The alarm that goes off when something could not be delivered."""
    made = _alarm(
        LETTERS,
        "Something could not be started or recorded, and lies in the queue of the "
        "same name",
        Namespace="AWS/SQS",
        MetricName="ApproximateNumberOfMessagesVisible",
        Dimensions=[{"Name": "QueueName", "Value": get_att(QUEUE, "QueueName")}],
        Statistic="Maximum",
        Period=_SECONDS,
        EvaluationPeriods=1,
        ComparisonOperator="GreaterThanOrEqualToThreshold",
        TreatMissingData="notBreaching",
        AlarmActions=[topic_arn()],
        Tags=environment_tags(),
    )
    return {f"{QUEUE}Alarm": made}


def _alarm(name: str, what: str, **more: Any) -> dict[str, Any]:
    properties = {
        "AlarmName": sub(name),
        "AlarmDescription": sub(f"{what}; {_RUNBOOK}"),
        "Threshold": 1,
        **more,
    }
    return {"Type": "AWS::CloudWatch::Alarm", "Properties": properties}
