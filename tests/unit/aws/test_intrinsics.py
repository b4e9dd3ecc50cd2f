"""CloudFormation's functions, as far as they can be worked out beforehand."""

from __future__ import annotations

from typing import Any

import pytest

from mlmax_pipelines.aws.intrinsics import Values
from mlmax_pipelines.aws.templates import parse

TEMPLATE = parse(
    """
Parameters:
  Name: {Type: String, Default: dev}
  Arns: {Type: CommaDelimitedList, Default: ""}
  Empty: {Type: String, Default: ""}
Conditions:
  HasArns: !Not [!Equals [!Join ["", !Ref Arns], ""]]
  IsDev: !Equals [!Ref Name, dev]
  Both: !And [!Condition IsDev, !Condition HasArns]
  Either: !Or [!Condition IsDev, !Condition HasArns]
Mappings:
  Images: {us-east-1: {Sklearn: one/image}}
"""
)


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("!Ref Name", "dev"),
        ("!Ref AWS::Region", "us-east-1"),
        ("!Ref Unknown", "${Unknown}"),
        ("!GetAtt Role.Arn", "${Role.Arn}"),
        ("!GetAtt Shared.Outputs.Bucket", "${Shared.Outputs.Bucket}"),
        ("!Sub '${Name}-${Role.Arn}-${AWS::Region}'", "dev-${Role.Arn}-us-east-1"),
        ("!Sub ['${A}', {A: !Ref Name}]", "dev"),
        ("!FindInMap [Images, !Ref AWS::Region, Sklearn]", "one/image"),
        ("!FindInMap [Images, eu, Sklearn]", "${Images.eu.Sklearn}"),
        ("!Split [',', 'a,b']", ["a", "b"]),
        ("!Select [1, !Split [',', 'a,b']]", "b"),
        ("!Join ['-', [a, !Ref Name]]", "a-dev"),
        ("!If [IsDev, yes, no]", True),
        ("!If [Both, 1, 2]", 2),
        ("!If [Either, 1, 2]", 1),
        ("[a, !If [HasArns, b, !Ref AWS::NoValue]]", ["a"]),
        ("{a: 1, b: !If [HasArns, b, !Ref AWS::NoValue]}", {"a": 1}),
        ("{Condition: {Bool: {x: !Ref Name}}}", {"Condition": {"Bool": {"x": "dev"}}}),
    ],
)
def test_functions_are_worked_out(text: str, value: Any) -> None:
    values = Values(TEMPLATE, {"AWS::Region": "us-east-1"})
    assert values.fill(parse(f"value: {text}")["value"]) == value


def test_what_is_given_goes_before_defaults() -> None:
    values = Values(TEMPLATE, {"Name": "prod", "Arns": "a,b"})
    assert values.fill({"Ref": "Arns"}) == ["a", "b"]
    assert values.holds("HasArns") and not values.holds("IsDev")


def test_a_number_is_text_as_it_is_to_cloudformation() -> None:
    text = "Parameters: {Days: {Type: Number, Default: 90}}"
    assert Values(parse(text), {}).fill({"Ref": "Days"}) == "90"
    assert Values(parse(text), {"Days": "90"}).fill({"Ref": "Days"}) == "90"
