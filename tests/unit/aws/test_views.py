"""A root template and its nested ones, with their values filled in."""

from __future__ import annotations

from typing import Any

from mlmax_pipelines.aws.templates import STACK
from mlmax_pipelines.aws.views import NOTHING, Name, view

PSEUDO = {"AWS::Region": "eu-west-1"}
ROOT: dict[str, Any] = {
    "Parameters": {
        "Prefix": {"Type": "String"},
        "Days": {"Type": "Number", "Default": 30},
    },
    "Resources": {
        "Bucket": {"Type": "AWS::S3::Bucket", "Properties": {"BucketName": "b"}},
        "Inner": {
            "Type": STACK,
            "Properties": {"Parameters": {"Name": {"Fn::Sub": "${Prefix}-x"}}},
        },
    },
}
INNER: dict[str, Any] = {
    "Parameters": {"Name": {"Type": "String"}},
    "Conditions": {"IsOther": {"Fn::Equals": [{"Ref": "Name"}, "other"]}},
    "Resources": {
        "Topic": {
            "Type": "AWS::SNS::Topic",
            "Properties": {"TopicName": {"Fn::Sub": "${Name}-${AWS::Region}"}},
        },
        "Left": {"Type": "AWS::SNS::Topic", "Condition": "IsOther"},
        "Machine": {
            "Type": "AWS::StepFunctions::StateMachine",
            "Properties": {
                "Definition": {"Comment": "${Name}"},
                "DefinitionSubstitutions": {"Name": {"Ref": "Name"}},
            },
        },
    },
}


def test_what_a_root_hands_down_is_filled_in() -> None:
    found = view(ROOT, {"Inner": INNER}, {"Prefix": "dev"}, PSEUDO)
    topic = found.resources[Name("Inner", "Topic")]
    assert topic["Properties"] == {"TopicName": "dev-x-eu-west-1"}
    assert found.parameters == {"Prefix": "dev", "Days": "30"}


def test_what_a_condition_leaves_out_is_not_there() -> None:
    found = view(ROOT, {"Inner": INNER}, {"Prefix": "dev"}, PSEUDO)
    names = {str(name) for name in found.resources}
    assert names == {"Bucket", "Inner/Topic", "Inner/Machine"}


def test_a_definition_is_left_as_it_is() -> None:
    found = view(ROOT, {"Inner": INNER}, {"Prefix": "dev"}, PSEUDO)
    (machine,) = found.of_type("AWS::StepFunctions::StateMachine").values()
    assert machine["Definition"] == {"Comment": "${Name}"}
    assert machine["DefinitionSubstitutions"] == {"Name": "dev-x"}


def test_nothing_deployed_has_nothing() -> None:
    assert NOTHING.of_type("AWS::S3::Bucket") == {}
