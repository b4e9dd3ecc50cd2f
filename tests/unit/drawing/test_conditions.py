"""Choice rules in words."""

from __future__ import annotations

import pytest

from mlmax_pipelines.drawing.conditions import words


@pytest.mark.parametrize(
    ("rule", "expected"),
    [
        ({"Variable": "$.steps.A.outputs.m.f1", "NumericLessThan": 0.5}, "f1 < 0.5"),
        ({"Variable": "$.item", "NumericGreaterThan": 15}, "${item} > 15"),
        ({"Variable": "$.item.n", "NumericEquals": 1}, "${item.n} == 1"),
        ({"Variable": "$.index", "StringEquals": "0"}, '${map.index} == "0"'),
        ({"Variable": "$.items", "IsPresent": True}, "$.items is present"),
        ({"Variable": "$.a", "StringEquals": "x y"}, '$.a == "x y"'),
        ({"Variable": "$.a", "BooleanEquals": True}, "$.a == true"),
        (
            {"Variable": "$.parameters.n", "IsPresent": False},
            "${parameters.n} is missing",
        ),
        ({"Variable": "$.a", "StringMatches": "q*"}, '$.a matches "q*"'),
        (
            {"Variable": "$.a", "NumericGreaterThanPath": "$.parameters.b"},
            "$.a > ${parameters.b}",
        ),
        ({"Not": {"Variable": "$.a", "IsNull": True}}, "not ($.a is null)"),
        (
            {
                "And": [
                    {"Variable": "$.a", "IsString": True},
                    {
                        "Or": [
                            {"Variable": "$.b", "NumericEquals": 1},
                            {"Variable": "$.c", "NumericEquals": 2},
                        ]
                    },
                ]
            },
            "$.a is a string and ($.b == 1 or $.c == 2)",
        ),
        ({"Condition": "{% $x > 1 %}"}, "$x > 1"),
    ],
)
def test_rules_read_like_conditions(rule, expected):
    assert words(rule) == expected
