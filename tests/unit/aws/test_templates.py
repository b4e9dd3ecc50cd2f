"""Text of a template -> data in its long form."""

from __future__ import annotations

import pytest
import yaml

from mlmax_pipelines.aws.templates import parse


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("a: !Ref Name", {"Ref": "Name"}),
        ("a: !Sub '${X}-y'", {"Fn::Sub": "${X}-y"}),
        ("a: !GetAtt Role.Arn", {"Fn::GetAtt": ["Role", "Arn"]}),
        ("a: !GetAtt Nested.Outputs.Arn", {"Fn::GetAtt": ["Nested", "Outputs.Arn"]}),
        ("a: !If [IsProd, !Ref A, 1]", {"Fn::If": ["IsProd", {"Ref": "A"}, 1]}),
        ("a: !Condition IsProd", {"Condition": "IsProd"}),
        ("a: !Transform {Name: x}", {"Fn::Transform": {"Name": "x"}}),
        ('{"a": {"Ref": "Name"}}', {"Ref": "Name"}),
    ],
)
def test_short_forms_become_long_ones(text: str, expected: object) -> None:
    assert parse(text) == parse(text.encode()) == {"a": expected}


def test_no_object_of_python_s_is_made_and_no_other_loader_learns_a_tag() -> None:
    found = parse("a: !python/object/apply:os.getcwd []")
    assert found == {"a": {"Fn::python/object/apply:os.getcwd": []}}
    with pytest.raises(yaml.YAMLError):
        yaml.safe_load("a: !Ref Name")
