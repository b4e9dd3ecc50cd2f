"""What tells people that an execution failed."""

from __future__ import annotations

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
