"""CloudFormation's functions: the shortest form, and what they refer to."""

from __future__ import annotations

from typing import Any

import pytest

from mlmax_pipelines.cloudformation.tags import (
    NO_VALUE,
    Tag,
    get_att,
    given,
    pascal,
    ref,
    references,
    sub,
    when,
)


@pytest.mark.parametrize(
    ("text", "form"),
    [
        ("plain", "plain"),
        ("${Prefix}", ref("Prefix")),
        ("${AWS::Region}", ref("AWS::Region")),
        ("${JobRole.Arn}", get_att("JobRole")),
        ("${Prefix}-a", Tag("Sub", "${Prefix}-a")),
        ("${A}${B}", Tag("Sub", "${A}${B}")),
        ("${!HOME}/x", Tag("Join", ["{", ["$", "HOME}/x"]])),
        ("${A}/${!HOME}", Tag("Sub", "${A}/${!HOME}")),
    ],
)
def test_a_text_is_written_in_its_shortest_form(text: str, form: Any) -> None:
    assert sub(text) == form


def test_everything_that_a_piece_refers_to_is_found() -> None:
    piece = {
        "a": [ref("A"), {"b": get_att("B", "Outputs.X")}],
        "c": Tag("Sub", "${C}-${D.Arn}-${AWS::Region}"),
        "d": when("E", Tag("Split", [",", ref("F")])),
        "g": given("G"),
        "text": "${NotInASub}",
    }
    assert set(references(piece)) == {
        *"ABCDFG",
        "AWS::Region",
        NO_VALUE.value,
    }


@pytest.mark.parametrize(
    ("text", "name"),
    [("batch-inference", "BatchInference"), ("a b_c.1", "ABC1"), ("x", "X")],
)
def test_a_name_becomes_a_logical_id(text: str, name: str) -> None:
    assert pascal(text) == name
