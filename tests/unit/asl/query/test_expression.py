"""What an expression reads of its scope, and what it says when nothing is there."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pytest

from mlmax_pipelines.asl.failures import EvaluationError, PathNotFound
from mlmax_pipelines.asl.query.expression import (
    Scope,
    compile_expression,
    constant,
    evaluate_field,
    evaluate_path,
)

INPUT = {"a": {"b": [1, 2]}}


def unread() -> Mapping[str, Any]:
    raise AssertionError("nobody should ask for the context object")


def scope(input: Any = INPUT, **variables: Any) -> Scope:
    return Scope(input, variables, lambda: {"Execution": {"Id": "id-1"}})


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("$", INPUT),
        ("$.a.b[1]", 2),
        ("$$.Execution.Id", "id-1"),
        ("$$", {"Execution": {"Id": "id-1"}}),
        ("$run", {"n": [7]}),
        ("$run.n[0]", 7),
        ("$_x1", "under"),
        ("States.ArrayLength($.a.b)", 2),
    ],
)
def test_an_expression_reads_the_part_of_the_scope_it_names(
    text: str, value: Any
) -> None:
    found = compile_expression(text)(scope(run={"n": [7]}, _x1="under"))
    assert found == value


def test_the_context_object_is_asked_for_only_when_it_is_read() -> None:
    blind = Scope(INPUT, {"x": 1}, unread)
    for text in ("$", "$.a", "$x", "States.Array($.a)"):
        compile_expression(text)(blind)
    assert constant(3)(blind) == 3
    with pytest.raises(AssertionError, match="nobody should ask"):
        compile_expression("$$.Execution")(blind)


def test_on_another_value_the_rest_of_the_scope_stays() -> None:
    other = scope(x=1).on({"c": 2})
    texts = ("$.c", "$x", "$$.Execution.Id")
    assert [compile_expression(text)(other) for text in texts] == [2, 1, "id-1"]


def test_a_variable_that_nobody_assigned_is_named() -> None:
    with pytest.raises(PathNotFound) as missing:
        compile_expression("$lost.x")(scope(x=1))
    assert missing.value.reason == "no variable 'lost' has been assigned"
    assert missing.value.document == {"x": 1}


def field(text: str, input: Any) -> Any:
    return evaluate_field(compile_expression(text), scope(input), "Seconds")


def path(text: str, input: Any) -> Any:
    return evaluate_path(compile_expression(text), scope(input))


def test_a_field_that_finds_nothing_is_a_runtime_error_with_its_input() -> None:
    with pytest.raises(EvaluationError) as error:
        field("$.no", {"a": [1]})
    assert error.value.error == "States.Runtime"
    assert error.value.message == (
        "The JSONPath '$.no' specified for the field 'Seconds' could not be found in "
        "the input '{\"a\":[1]}'"
    )


def test_an_index_behind_the_end_of_an_array_is_null_in_a_field() -> None:
    assert field("$.a[1]", {"a": [1]}) is None
    with pytest.raises(EvaluationError):
        path("$.a[1]", {"a": [1]})


def test_a_path_that_finds_nothing_is_invalid_and_says_why() -> None:
    with pytest.raises(EvaluationError) as error:
        path("$.no.x", {"a": 1})
    assert error.value.error == "States.Runtime"
    assert error.value.message == (
        "Invalid path '$.no.x' : Missing property in path $['no']"
    )


@pytest.mark.parametrize("evaluate", [field, path])
def test_nothing_can_be_found_in_null(evaluate: Any) -> None:
    with pytest.raises(EvaluationError, match="null or empty input"):
        evaluate("$.a", None)
