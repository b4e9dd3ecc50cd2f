"""Numbers that a path finds."""

import pytest

PASS = {"Type": "Pass"}


def mapped(processor, **fields):
    return {"Type": "Map", "ItemProcessor": processor, **fields}


@pytest.mark.parametrize(
    ("field", "value", "cause"),
    [
        (
            "MaxConcurrency",
            "no",
            'field refers to value "no" which is not a valid integ',
        ),
        (
            "MaxConcurrency",
            {},
            'refers to value "{}" which is not a valid integer: $.v',
        ),
        ("MaxConcurrency", -1, "Expected non-negative integer for MaxConcurrency"),
        ("ToleratedFailureCount", 1.5, 'value "1.5" which is not a valid integer: $.v'),
        ("ToleratedFailureCount", -1, "ToleratedFailureCount cannot be negative."),
        (
            "ToleratedFailurePercentage",
            "no",
            'value "no" which is not a valid float: $.v',
        ),
        ("ToleratedFailurePercentage", 101, "must be between 0 and 100."),
    ],
)
def test_map_refuses_numbers_that_are_none(interpret, machine, field, value, cause):
    state = mapped(machine(I=PASS), ItemsPath="$.items", **{f"{field}Path": "$.v"})
    got = interpret(machine(M=state), {"items": [1], "v": value})
    assert (got.status, got.error) == ("FAILED", "States.Runtime")
    assert cause in got.cause
