"""Choice rules: operators, types, composition."""

import pytest

from mlmax_pipelines.asl.choice import compile_rule
from mlmax_pipelines.asl.failures import EvaluationError
from mlmax_pipelines.asl.query.expression import Scope

EARLY, LATE = "2024-01-01T00:00:00Z", "2024-01-01T00:00:01Z"
VALUES = [None, True, False, 0, 1.5, "", "1", EARLY, [], [1], {}, {"a": 1}]


def matches(rule, input, **variables):
    return compile_rule(rule)(Scope(input, variables, dict))


@pytest.mark.parametrize(
    ("operator", "left", "right", "holds"),
    [
        ("NumericEquals", 1, 1.0, True),
        ("NumericEquals", 1, True, False),
        ("NumericLessThan", 1, 1.5, True),
        ("NumericGreaterThan", 1, 1, False),
        ("NumericLessThanEquals", 1, 1, True),
        ("NumericGreaterThanEquals", 0, 1, False),
        ("BooleanEquals", False, False, True),
        ("BooleanEquals", False, True, False),
        ("StringEquals", "a", "a", True),
        ("StringLessThan", "A", "a", True),
        ("StringLessThan", "\U0001f600", "\uffff", True),
        ("StringGreaterThan", "AB", "A", True),
        ("StringLessThanEquals", "a", "a", True),
        ("StringGreaterThanEquals", "A", "B", False),
        ("TimestampEquals", EARLY, "2024-01-01T01:00:00+01:00", True),
        ("TimestampLessThan", EARLY, LATE, True),
        ("TimestampGreaterThan", EARLY, LATE, False),
        ("TimestampLessThanEquals", EARLY, EARLY, True),
        ("TimestampGreaterThanEquals", LATE, EARLY, True),
        ("TimestampEquals", "2024-01-01", "2024-01-01", False),
    ],
)
def test_a_comparison_holds_for_constants_and_for_paths(operator, left, right, holds):
    input = {"left": left, "right": right}
    assert matches({"Variable": "$.left", operator: right}, input) is holds
    by_path = {"Variable": "$.left", f"{operator}Path": "$.right"}
    assert matches(by_path, input) is holds


@pytest.mark.parametrize("value", VALUES)
@pytest.mark.parametrize(
    ("operator", "operand", "equal"),
    [
        ("NumericEquals", 1.5, 1.5),
        ("BooleanEquals", True, True),
        ("StringEquals", "1", "1"),
        ("TimestampEquals", EARLY, EARLY),
        ("StringMatches", "1", "1"),
    ],
)
def test_a_value_of_another_type_compares_as_false(operator, operand, equal, value):
    found = matches({"Variable": "$.v", operator: operand}, {"v": value})
    assert found is (type(value) is type(equal) and value == equal)


@pytest.mark.parametrize(
    ("operator", "true_for"),
    [
        ("IsNull", [None]),
        ("IsBoolean", [True, False]),
        ("IsNumeric", [0, 1.5]),
        ("IsString", ["", "1", EARLY]),
        ("IsTimestamp", [EARLY]),
        ("IsPresent", VALUES),
    ],
)
def test_a_type_test_is_true_for_its_type_alone(operator, true_for):
    for wanted in (True, False):
        rule = {"Variable": "$.v", operator: wanted}
        found = [value for value in VALUES if matches(rule, {"v": value}) is wanted]
        assert list(map(repr, found)) == list(map(repr, true_for))


def test_is_present_is_false_where_the_path_finds_nothing():
    assert matches({"Variable": "$.a.b", "IsPresent": False}, {"a": 1})
    assert not matches({"Variable": "$.a.b", "IsPresent": True}, {"a": 1})


@pytest.mark.parametrize(
    ("pattern", "text", "holds"),
    [
        ("log-*.txt", "log-2024.txt", True),
        ("log-*.txt", "log-.txt", True),
        ("log-*.txt", "log-1.txt\n", False),
        ("*", "", True),
        ("a*b*c", "a\nbxc", True),
        (r"a\*b", "a*b", True),
        (r"a\*b", "axb", False),
        (r"a\\*", r"a\x", True),
        ("a.c", "abc", False),
    ],
)
def test_string_matches_knows_the_star_and_its_escape(pattern, text, holds):
    assert matches({"Variable": "$", "StringMatches": pattern}, text) is holds


def test_rules_compose():
    low = {"Variable": "$", "NumericGreaterThanEquals": 20}
    high = {"Variable": "$", "NumericLessThan": 30}
    assert matches({"And": [low, high]}, 25)
    assert not matches({"And": [low, high]}, 30)
    assert matches({"Or": [low, {"Not": high}]}, 30)
    assert matches({"Not": {"And": [low, high]}}, 0)


def test_a_composed_rule_stops_where_it_is_decided():
    low = {"Variable": "$.v", "NumericLessThan": 5}
    absent = {"Variable": "$.no", "NumericLessThan": 5}
    assert matches({"Or": [low, absent]}, {"v": 1})
    assert not matches({"And": [low, absent]}, {"v": 9})


def test_an_array_of_one_element_counts_as_the_element_to_compare_with():
    rule = {"Variable": "$.left", "NumericGreaterThanPath": "$.right"}
    assert matches(rule, {"left": 7, "right": [6]})
    assert not matches(rule, {"left": 7, "right": [6, 5]})
    assert not matches(rule, {"left": [7], "right": 6})


def test_variables_can_be_compared():
    rule = {"Variable": "$limit.high", "NumericLessThanPath": "$.v"}
    assert matches(rule, {"v": 3}, limit={"high": 2})


def test_a_path_that_finds_nothing_is_a_runtime_error():
    for rule in (
        {"Variable": "$.no", "IsString": True},
        {"Variable": "$.v", "NumericEqualsPath": "$.no"},
    ):
        with pytest.raises(EvaluationError, match="references an invalid value") as err:
            matches(rule, {"v": 1})
        assert err.value.error == "States.Runtime"


def test_a_rule_without_an_operator_is_refused():
    with pytest.raises(ValueError, match="no comparison operator among 'Variable'"):
        compile_rule({"Variable": "$.v", "NumericEqual": 1})
