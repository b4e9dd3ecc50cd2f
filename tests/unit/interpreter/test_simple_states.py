"""The states that start nothing, each on its own."""

import pytest

PASS = {"Type": "Pass"}


def test_succeed_ends_the_machine(interpret, machine):
    definition = machine(S={"Type": "Succeed", "OutputPath": "$.a"}, P=PASS)
    assert interpret(definition, {"a": 1}).output == 1


@pytest.mark.parametrize(
    ("fields", "error", "cause"),
    [
        ({"Error": "E", "Cause": "C"}, "E", "C"),
        ({}, None, None),
        ({"ErrorPath": "$.e", "CausePath": "$.c"}, "Ep", "Cp"),
        ({"CausePath": "States.Format('{}!', $.c)"}, None, "Cp!"),
        ({"ErrorPath": "$$.State.Name"}, "F", None),
    ],
)
def test_fail_ends_with_its_error_and_cause(interpret, machine, fields, error, cause):
    got = interpret(machine(F={"Type": "Fail", **fields}), {"e": "Ep", "c": "Cp"})
    assert (got.status, got.error, got.cause) == ("FAILED", error, cause)


def test_choice_takes_the_first_rule_that_matches(interpret, machine):
    rules = [
        {"Variable": "$.n", "NumericLessThan": 5, "Next": "Low"},
        {"Variable": "$.n", "NumericLessThan": 9, "Next": "Middle"},
    ]
    choice = {"Type": "Choice", "Choices": rules, "Default": "High"}
    ends = {name: {**PASS, "Result": name, "Next": "End"} for name in
            ("Low", "Middle", "High")}  # fmt: skip
    definition = machine(C=choice, **ends, End=PASS)
    outputs = [interpret(definition, {"n": n}).output for n in (1, 5, 9)]
    assert outputs == ["Low", "Middle", "High"]


def test_choice_without_a_match_or_default_fails(interpret, machine):
    rule = {"Variable": "$.n", "NumericLessThan": 5, "Next": "P"}
    got = interpret(machine(C={"Type": "Choice", "Choices": [rule]}, P=PASS), {"n": 7})
    assert (got.status, got.error) == ("FAILED", "States.Runtime")
    assert "Failed to transition out of the state." in got.cause


@pytest.mark.parametrize(
    ("fields", "slept"),
    [
        ({"Seconds": 90}, 90),
        ({"SecondsPath": "$.seconds"}, 7),
        ({"Timestamp": "1970-01-12T13:46:50Z"}, 10),
        ({"TimestampPath": "$.at"}, 1.5),
        ({"Timestamp": "1970-01-01T00:00:00Z"}, 0),
    ],
)
def test_wait_takes_the_time_it_says(interpret, machine, virtual, fields, slept):
    input = {"seconds": 7, "at": "1970-01-12T13:46:41.5Z"}
    got = interpret(machine(W={"Type": "Wait", **fields}), input)
    assert got.output == input
    assert sum(virtual.slept) == pytest.approx(slept)


@pytest.mark.parametrize(
    ("field", "value", "cause"),
    [
        ("SecondsPath", -1, "references a negative value: $.v == -1"),
        ("SecondsPath", 1.5, "cannot be parsed as a long value: $.v == 1.5"),
        ("SecondsPath", "1", "cannot be parsed as a long value: $.v == 1"),
        ("TimestampPath", "2024-01-01", "date-time format string: $.v == 2024-01-01"),
        ("TimestampPath", 5, "date-time format string: $.v == 5"),
    ],
)
def test_wait_refuses_a_value_that_is_no_time(interpret, machine, field, value, cause):
    got = interpret(machine(W={"Type": "Wait", field: "$.v"}), {"v": value})
    assert (got.status, got.error) == ("FAILED", "States.Runtime")
    assert got.cause.endswith(cause)


def test_wait_says_when_its_path_finds_nothing(interpret, machine):
    got = interpret(machine(W={"Type": "Wait", "SecondsPath": "$.no"}))
    assert got.cause.endswith(
        "The SecondsPath parameter does not reference an input value: $.no"
    )


def test_choice_assigns_what_the_chosen_way_says(interpret, machine):
    rule = {"Variable": "$.n", "IsPresent": True, "Next": "P", "Assign": {"way": "n"}}
    choice = {"Type": "Choice", "Choices": [rule], "Default": "P",
              "Assign": {"way.$": "$.other"}}  # fmt: skip
    definition = machine(C=choice, P={**PASS, "InputPath": "$way"})
    assert interpret(definition, {"n": 1}).output == "n"
    assert interpret(definition, {"other": "default"}).output == "default"
