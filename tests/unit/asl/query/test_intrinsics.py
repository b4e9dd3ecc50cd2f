"""The grammar of intrinsic functions, and how a call tells what went wrong in it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pytest

from mlmax_pipelines.asl.failures import EvaluationError
from mlmax_pipelines.asl.query.expression import Scope, compile_expression
from mlmax_pipelines.asl.query.intrinsics import IntrinsicSyntaxError

INPUT = {
    "list": [1, 2, 3],
    "mixed": [{"a": 1}, {"a": 1}, 2],
    "text": "a,b;;c",
}


def evaluate(
    text: str, input: Any = INPUT, variables: Mapping[str, Any] | None = None
) -> Any:
    context = {"Execution": {"Id": "id-1"}}
    return compile_expression(text)(Scope(input, variables or {}, lambda: context))


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("States.Array()", []),
        ("States.Array( 1 , 2 )", [1, 2]),
        (
            "States.Array(1, 'two', $.list[2], null, true, -1.5)",
            [1, "two", 3, None, True, -1.5],
        ),
        ("States.Array(1e3, -2, 0)", [1000.0, -2, 0]),
        (r"States.Array('it\'s', 'a, b)')", ["it's", "a, b)"]),
        ("States.ArrayLength($.list[1:3])", 2),
        ("States.ArrayLength($.mixed[?(@.a == 1)])", 2),
        ("States.ArrayGetItem(States.StringSplit($.text, ','), 0)", "a"),
        ("States.Format('{}', $$.Execution.Id)", "id-1"),
        ("States.Format('{}', $name.first)", "Ada"),
        ("States.Format('a\nb {}', 1)", "a\nb 1"),
    ],
)
def test_a_call_takes_literals_paths_and_calls(text: str, value: object) -> None:
    found = evaluate(text, variables={"name": {"first": "Ada"}})
    assert found == value
    assert str(found) == str(value)


def test_a_function_that_refuses_is_a_runtime_error_of_the_whole_text() -> None:
    text = "States.Array(States.ArrayLength($.text))"
    with pytest.raises(EvaluationError) as error:
        evaluate(text)
    assert error.value.error == "States.Runtime"
    assert error.value.message == (
        f"The function '{text}' had the following error: "
        "Invalid arguments in States.ArrayLength: argument 1 must be an array"
    )


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        (
            "States.Format('{}',$.no)",
            "The JsonPath argument for the field '$.no' could not be found in the "
            "input '{\"a\":[1]}'",
        ),
        (
            "States.Format('{}', States.Array($.a[1]))",
            "The JsonPath argument for the field '$.a[1]' could not be found in the "
            "input '{\"a\":[1]}'",
        ),
        (
            "States.Array($$.Execution.No)",
            "The JsonPath argument for the field '$.Execution.No' could not be found "
            "in the input '{\"a\":[1]}'",
        ),
        (
            "States.Array($.a[0][0])",
            "Filter: [0] can only be applied to arrays. Current context is: 1",
        ),
    ],
)
def test_an_argument_that_finds_nothing_is_a_runtime_error(
    text: str, reason: str
) -> None:
    with pytest.raises(EvaluationError) as error:
        evaluate(text, {"a": [1]})
    assert error.value.error == "States.Runtime"
    assert error.value.message == (
        f"The function '{text}' had the following error: {reason}"
    )


@pytest.mark.parametrize(
    "text",
    [
        "States.Nope()",
        "States.Array(1",
        "States.Array(1,)",
        "States.Array(1 2)",
        "States.Array() x",
        "States.Array(word)",
        "States.Array(" * 11 + ")" * 11,
    ],
)
def test_what_is_no_call_is_refused(text: str) -> None:
    with pytest.raises(IntrinsicSyntaxError):
        compile_expression(text)
