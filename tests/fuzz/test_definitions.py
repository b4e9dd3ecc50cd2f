"""Definitions, inputs and mocks, made wrong at random: simulated, or refused."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mlmax_pipelines.local.simulate import simulate_file
from tests.fuzz import mutations, projects

CASES = json.loads(
    (Path(__file__).parents[1] / "conformance" / "cases.json").read_text()
)
# Every type of state, and what may be said of each.
WHOLE: Any = {
    "Comment": "all",
    "StartAt": "Set",
    "TimeoutSeconds": 3600,
    "States": {
        "Set": {
            "Type": "Pass",
            "InputPath": "$.rows",
            "Parameters": {"n.$": "States.ArrayLength($)", "list.$": "$[0:2]", "m": 1},
            "ResultPath": "$.set",
            "OutputPath": "$",
            "Next": "Ask",
        },
        "Ask": {
            "Type": "Task",
            "Resource": "arn:aws:states:::sagemaker:createTrainingJob.sync",
            "Parameters": {
                "Name.$": "States.Format('{}-{}', $$.Execution.Name, $.set.n)",
                "Tags": [{"Key": "a", "Value.$": "$.word"}],
            },
            "ResultSelector": {"found.$": "$.metrics[?(@.name == 'auc')]"},
            "ResultPath": "$.asked",
            "TimeoutSeconds": 60,
            "HeartbeatSeconds": 10,
            "Retry": [
                {
                    "ErrorEquals": ["Busy"],
                    "IntervalSeconds": 2,
                    "MaxAttempts": 2,
                    "BackoffRate": 1.5,
                    "MaxDelaySeconds": 5,
                    "JitterStrategy": "FULL",
                }
            ],
            "Catch": [
                {"ErrorEquals": ["States.ALL"], "ResultPath": "$.e", "Next": "Lost"}
            ],
            "Next": "Which",
        },
        "Which": {
            "Type": "Choice",
            "Choices": [
                {
                    "And": [
                        {"Variable": "$.set.n", "NumericGreaterThan": 1},
                        {"Not": {"Variable": "$.word", "StringMatches": "x*"}},
                        {"Variable": "$.word", "IsPresent": True},
                    ],
                    "Next": "Both",
                },
                {"Variable": "$.set.n", "NumericEqualsPath": "$.n", "Next": "Rest"},
            ],
            "Default": "Lost",
        },
        "Both": {
            "Type": "Parallel",
            "Branches": [
                {"StartAt": "L", "States": {"L": {"Type": "Pass", "End": True}}},
                {"StartAt": "R", "States": {"R": {"Type": "Succeed"}}},
            ],
            "ResultSelector": {"left.$": "$[0]"},
            "ResultPath": "$.both",
            "Next": "Rest",
        },
        "Rest": {"Type": "Wait", "Seconds": 3, "Next": "Until"},
        "Until": {"Type": "Wait", "TimestampPath": "$.time", "Next": "Each"},
        "Each": {
            "Type": "Map",
            "ItemsPath": "$.rows",
            "ItemSelector": {"row.$": "$$.Map.Item.Value", "i.$": "$$.Map.Item.Index"},
            "MaxConcurrency": 2,
            "ToleratedFailureCount": 0,
            "ItemProcessor": {
                "ProcessorConfig": {"Mode": "INLINE"},
                "StartAt": "One",
                "States": {"One": {"Type": "Pass", "Result": {"a": [1]}, "End": True}},
            },
            "ResultPath": "$.each",
            "Next": "Done",
        },
        "Done": {"Type": "Succeed"},
        "Lost": {"Type": "Fail", "Error": "Lost", "CausePath": "$.word"},
    },
}
JSONATA: Any = {
    "QueryLanguage": "JSONata",
    "StartAt": "Set",
    "States": {
        "Set": {
            "Type": "Pass",
            "Assign": {"n": "{% $count($states.input.rows) %}"},
            "Output": {"total": "{% $sum($states.input.rows) %}", "n": "{% $n %}"},
            "Next": "Which",
        },
        "Which": {
            "Type": "Choice",
            "Choices": [{"Condition": "{% $states.input.total > 3 %}", "Next": "Done"}],
            "Default": "Done",
        },
        "Done": {"Type": "Succeed", "Output": "{% $n %}"},
    },
}
INPUT = {"rows": [1, 2, 3], "word": "a", "n": 3, "time": "2020-01-31T12:00:00Z"}
ANSWERS = {
    "Ask": [
        {"error": "Busy", "cause": "try again"},
        {"result": {"metrics": [{"name": "auc", "value": 0.9}]}},
    ]
}
CONFIGURATION = {
    "StateMachines": {"all": {"TestCases": {"good": {"Ask": "asked"}}}},
    "MockedResponses": {
        "asked": {
            "0": {"Throw": {"Error": "Busy", "Cause": "try again"}},
            "1-2": {"Return": {"metrics": [{"name": "auc", "value": 0.9}]}},
        }
    },
}
DEFINITIONS = [WHOLE, JSONATA, *(case["definition"] for case in CASES)]
INPUTS = [INPUT, *(case["input"] for case in CASES)]


def simulated(definition: Any, given: Any, mocks: Any, case: str | None = None) -> Any:
    result = simulate_file(definition, given, mocks, case, lambda event: None)
    # It is printed as JSON.
    json.dumps([result.output, result.error, result.cause], allow_nan=False).encode()
    assert result.status in ("SUCCEEDED", "FAILED", "TIMED_OUT", "ABORTED")
    return result


def test_what_is_made_wrong_is_right() -> None:
    assert simulated(WHOLE, INPUT, ANSWERS).status == "SUCCEEDED"
    assert simulated(WHOLE, INPUT, CONFIGURATION, "good").status == "SUCCEEDED"


@pytest.mark.proof("fuzz")
@given(
    definition=mutations.mutated(*DEFINITIONS),
    given=st.one_of(st.sampled_from(INPUTS), mutations.mutated(*INPUTS)),
)
def test_definitions_and_inputs(definition: Any, given: Any) -> None:
    mocks = ANSWERS if "Ask" in str(definition) else {}
    projects.survives(lambda: simulated(definition, given, mocks))


@pytest.mark.proof("fuzz")
@given(mocks=mutations.mutated(ANSWERS, CONFIGURATION), case=st.booleans())
def test_mocks(mocks: Any, case: bool) -> None:
    name = "good" if case else None
    projects.survives(lambda: simulated(WHOLE, INPUT, mocks, name))
