"""What tells people that an execution failed."""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from mlmax_pipelines.aws.views import Name
from mlmax_pipelines.cloudformation.shape import Shape
from mlmax_pipelines.cloudformation.templates import render
from mlmax_pipelines.compiled import CompiledPipeline
from tests.unit.cloudformation.deployed import GIVEN, deployed

TOPIC = Name("Shared", "AlertTopic")


@pytest.mark.parametrize(
    ("logical_id", "metric", "ending"),
    [
        ("FailedAlarm", "ExecutionsFailed", "failed"),
        ("TimedOutAlarm", "ExecutionsTimedOut", "timed-out"),
    ],
)
def test_each_bad_ending_goes_to_the_topic(
    training: CompiledPipeline, logical_id: str, metric: str, ending: str
) -> None:
    found = deployed(render([training]), "dev", "ml-dev").resources
    alarm = found[Name("Training", logical_id)]["Properties"]
    assert (alarm["Namespace"], alarm["MetricName"]) == ("AWS/States", metric)
    assert [one["Name"] for one in alarm["Dimensions"]] == ["StateMachineArn"]
    assert alarm["Dimensions"][0]["Value"] == "<ml-dev/Training:StateMachine>"
    assert alarm["TreatMissingData"] == "notBreaching"
    assert alarm["AlarmActions"] == ["<ml-dev/Training:Shared.Outputs.AlertTopic>"]
    assert alarm["AlarmName"] == f"ml-dev-training-{ending}"
    assert "`pipeline list training -e dev`" in alarm["AlarmDescription"]


def test_the_topic_is_the_shared_ones_and_nobody_gives_it(
    training: CompiledPipeline,
) -> None:
    found = deployed(render([training]), "dev", "ml-dev")
    assert "AlertTopic" not in found.parameters
    assert found.parameters["AlertEmail"] == ""


def test_an_e_mail_address_is_subscribed_when_there_is_one(
    training: CompiledPipeline,
) -> None:
    files = render([training])
    subscription = Name("Shared", "AlertSubscription")
    assert subscription not in deployed(files, "dev", "ml-dev").resources
    found = deployed(files, "dev", "ml-dev", AlertEmail="me@example.org").resources
    assert found[subscription]["Properties"]["Protocol"] == "email"
    assert found[subscription]["Properties"]["Endpoint"] == "me@example.org"


def test_only_alarms_of_the_environment_publish(training: CompiledPipeline) -> None:
    found = deployed(render([training]), "dev", "ml-dev").resources
    policy = found[Name("Shared", "AlertTopicPolicy")]["Properties"]["PolicyDocument"]
    publish, refuse = policy["Statement"]
    assert publish["Principal"] == {"Service": "cloudwatch.amazonaws.com"}
    condition: dict[str, Any] = publish["Condition"]
    assert condition["StringEquals"] == {"aws:SourceAccount": "123456789012"}
    own = "arn:aws:cloudwatch:eu-west-1:123456789012:alarm:ml-dev-*"
    assert condition["ArnLike"] == {"aws:SourceArn": own}
    assert refuse["Effect"] == "Deny"


def test_the_topic_is_encrypted_with_the_environments_key_only(
    training: CompiledPipeline,
) -> None:
    plain = deployed(render([training]), "dev", "ml-dev").resources[TOPIC]
    assert "KmsMasterKeyId" not in plain["Properties"]
    files = render([training], Shape(kms=True))
    found = deployed(files, "dev", "ml-dev").resources[TOPIC]
    assert found["Properties"]["KmsMasterKeyId"] == GIVEN["KmsKeyArn"]


def test_a_topic_that_is_given_is_told_in_place_of_an_own_one(
    training: CompiledPipeline,
) -> None:
    given = "arn:aws:sns:eu-west-1:123456789012:ours"
    more = {"AlertTopicArn": given, "AlertEmail": "me@example.org"}
    found = deployed(render([training]), "dev", "ml-dev", **more).resources
    assert TOPIC not in found
    assert Name("Shared", "AlertTopicPolicy") not in found
    subscription = found[Name("Shared", "AlertSubscription")]["Properties"]
    assert subscription["TopicArn"] == given
    letters = found[Name("Shared", "DeadLettersAlarm")]["Properties"]
    assert letters["AlarmActions"] == [given]


def scheduled(inference: CompiledPipeline, expression: str) -> dict[Name, Any]:
    """What is deployed of a pipeline with a schedule that is on."""
    (one, *_) = inference.schedules
    changed = replace(
        inference, schedules=(one._replace(name="", expression=expression),)
    )
    on = {"InferenceScheduleState": "ENABLED"}
    return dict(deployed(render([changed]), "dev", "ml-dev", **on).resources)


def test_a_schedule_that_starts_nothing_is_told(inference: CompiledPipeline) -> None:
    name = Name("Inference", "ScheduleAlarm")
    alarm = scheduled(inference, "rate(1 day)")[name]["Properties"]
    assert alarm["MetricName"] == "ExecutionsStarted"
    assert (alarm["Period"], alarm["EvaluationPeriods"]) == (3600, 25)
    assert alarm["TreatMissingData"] == "breaching"
    assert "for 25 hours" in alarm["AlarmDescription"]
    # What no alarm can look back at, or nobody can tell the pauses of.
    for longer in ("rate(7 days)", "cron(0 8 1 * ? *)", "at(2030-12-24T18:00:00)"):
        assert name not in scheduled(inference, longer)
    off = deployed(render([inference]), "dev", "ml-dev").resources
    assert not [one for one in off if one.logical_id.endswith("ScheduleAlarm")]


def test_every_alarm_leads_to_its_part_of_the_runbook(
    training: CompiledPipeline, inference: CompiledPipeline
) -> None:
    runbook = (Path(__file__).parents[3] / "docs" / "runbook.md").read_text()
    headings = re.findall(r"^## (\S+)$", runbook, re.MULTILINE)
    found = deployed(render([training, inference]), "dev", "ml-dev")
    for one in found.of_type("AWS::CloudWatch::Alarm").values():
        assert "docs/runbook.md" in one["AlarmDescription"]
        assert any(f"-{heading}" in one["AlarmName"] for heading in headings)
