"""How data flow through a state, as its fields say."""

import pytest

PASS = {"Type": "Pass"}


@pytest.mark.parametrize(
    ("fields", "output"),
    [
        ({}, {"a": {"b": 1}, "c": 2}),
        ({"Result": {"r.$": "$.a"}}, {"r.$": "$.a"}),
        ({"Result": 1, "ResultPath": "$.r"}, {"a": {"b": 1}, "c": 2, "r": 1}),
        ({"Result": 1, "ResultPath": None}, {"a": {"b": 1}, "c": 2}),
        ({"InputPath": "$.a"}, {"b": 1}),
        ({"InputPath": None}, {}),
        ({"OutputPath": None}, {}),
        ({"OutputPath": "$.a.b"}, 1),
        ({"Result": {"r": 1}, "OutputPath": "$.r"}, 1),
        ({"Parameters": {"x.$": "$.c"}}, {"x": 2}),
        ({"InputPath": "$.a", "Parameters": {"x.$": "$.b"}}, {"x": 1}),
        (
            {"InputPath": "$.a", "ResultPath": "$.r"},
            {"a": {"b": 1}, "c": 2, "r": {"b": 1}},
        ),
        ({"InputPath": "$$.Execution.Name"}, "name"),
    ],
)
def test_pass_moves_data_as_its_fields_say(interpret, machine, fields, output):
    input = {"a": {"b": 1}, "c": 2}
    assert interpret(machine(P={**PASS, **fields}), input).output == output
