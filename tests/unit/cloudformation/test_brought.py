"""What steps bring along: any kind of resource, with its role and its log."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from mlmax_pipelines.base.errors import PipelineError
from mlmax_pipelines.cloudformation import brought
from mlmax_pipelines.cloudformation.shape import DEFAULT, Shape
from mlmax_pipelines.cloudformation.tags import Tag, get_att, ref
from mlmax_pipelines.compiled import CompiledPipeline, Resource
from mlmax_pipelines.declared import Need, Protection, ResourceKind, Statement
from tests.unit.cloudformation.conftest import GROUP

QUEUE = ResourceKind(
    type="AWS::SQS::Queue",
    label="queue",
    arn=("sqs", "{name}"),
    deploy=(Need("sqs", "CreateQueue", ("{stack}-*",)),),
    network=Protection((("Subnets",),), "${SubnetIds}"),
    key=Protection((("KmsMasterKeyId",),), "${KmsKeyArn}"),
)
RUNNER = QUEUE._replace(principal="runs.amazonaws.com", log_group="/aws/runs/")
SAYS = Statement(("sqs:SendMessage",), ("${AQueue.Arn}",), "tells somebody")


def made(pipeline: CompiledPipeline, *found: Resource, shape: Shape = DEFAULT) -> Any:
    return brought.of_pipeline(replace(pipeline, resources=found), shape)


def test_a_resource_is_its_properties_in_cloudformations_words(
    training: CompiledPipeline,
) -> None:
    properties = {"Name": "${Prefix}-q", "Seconds": 3, "List": ["${AQueue.Arn}"]}
    found = made(training, Resource(QUEUE, "AQueue", properties))
    assert list(found) == ["AQueue"]
    assert found["AQueue"]["Type"] == "AWS::SQS::Queue"
    properties = found["AQueue"]["Properties"]
    assert properties["Name"] == Tag("Sub", "${Prefix}-q")
    assert (properties["Seconds"], properties["List"]) == (3, [get_att("AQueue")])
    assert properties["Tags"][1] == {"Key": "mlmax:pipeline", "Value": "training"}


def test_what_runs_something_has_a_role_and_a_log_of_its_own(
    training: CompiledPipeline,
) -> None:
    found = made(training, Resource(RUNNER, "AQueue", {}, role=(SAYS,)))
    assert list(found) == ["AQueueLogGroup", "AQueueRole", "AQueue"]
    name = found["AQueueLogGroup"]["Properties"]["LogGroupName"]
    assert name == Tag("Sub", "/aws/runs/${Prefix}-training-AQueue")
    role = found["AQueueRole"]["Properties"]
    (trust,) = role["AssumeRolePolicyDocument"]["Statement"]
    assert trust["Principal"] == {"Service": "runs.amazonaws.com"}
    logs, says = role["Policies"][0]["PolicyDocument"]["Statement"]
    assert logs["Resource"] == [get_att("AQueueLogGroup")]
    assert says["Action"] == ["sqs:SendMessage"]


@pytest.mark.parametrize(
    ("shape", "fields"),
    [
        (DEFAULT, {}),
        (Shape(vpc=True), {"Subnets": Tag("Split", [",", ref("SubnetIds")])}),
        (Shape(kms=True), {"KmsMasterKeyId": ref("KmsKeyArn")}),
    ],
)
def test_network_and_key_are_where_its_kind_says(
    training: CompiledPipeline, shape: Shape, fields: dict[str, Any]
) -> None:
    found = made(training, Resource(QUEUE, "AQueue", {}), shape=shape)
    properties = found["AQueue"]["Properties"]
    assert {key: properties[key] for key in properties if key != "Tags"} == fields


def test_what_is_shared_stands_once_and_stays(training: CompiledPipeline) -> None:
    assert made(training, GROUP) == {}
    pipelines = [training, replace(training, name="other")]
    found = brought.shared(pipelines, DEFAULT)
    assert list(found) == ["CancerModelGroup"]
    assert found["CancerModelGroup"]["DeletionPolicy"] == "RetainExceptOnCreate"
    assert found["CancerModelGroup"]["Properties"]["Tags"] == [
        {"Key": "mlmax:environment", "Value": ref("Environment")}
    ]


def test_two_things_of_one_name_are_refused(training: CompiledPipeline) -> None:
    other = GROUP._replace(properties={"ModelPackageGroupName": "${Prefix}-can-cer"})
    pipelines = [training, replace(training, name="other", resources=(other,))]
    with pytest.raises(PipelineError, match="two resources would be called 'CancerM"):
        brought.shared(pipelines, DEFAULT)
