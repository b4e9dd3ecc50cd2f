"""Values know what they read, and stand only where that is."""

from __future__ import annotations

import pytest

from mlmax_pipelines.base.errors import PipelineError
from mlmax_pipelines.steps import sdk
from mlmax_pipelines.steps.values import (
    CONTEXT,
    NOTHING,
    RESULT,
    STATE,
    Value,
    array,
    call,
    context_object,
    expression,
    join,
    literal,
    result,
    state_data,
    to_text,
)

STEP = state_data("$.steps.A", "string")
BODY = result("$.Body", "string")
NAME = context_object("$$.Execution.Name")


@pytest.mark.parametrize(
    ("value", "scope"),
    [
        (literal(1), NOTHING),
        (call("States.UUID"), NOTHING),
        (NAME, CONTEXT),
        (join("a-", NAME), CONTEXT),
        (join(STEP, NAME), STATE),
        (array([BODY, literal(1)]), RESULT),
        (to_text(result("$.n", "number")), RESULT),
        (call("States.StringToJson", BODY), RESULT),
    ],
)
def test_what_a_value_reads_is_what_its_parts_read(value: Value, scope: str) -> None:
    assert value.scope == scope


def test_state_data_and_a_result_never_meet() -> None:
    with pytest.raises(PipelineError, match="reads state data and the task's result"):
        join(STEP, BODY)


def test_no_state_is_built_with_a_path_of_the_wrong_scope() -> None:
    with pytest.raises(PipelineError, match="the task's result where there is state"):
        sdk.task("A", "arn", parameters={"x": BODY})
    with pytest.raises(PipelineError, match="state data where there is the task's"):
        sdk.task("A", "arn", result_selector={"x": STEP})
    with pytest.raises(PipelineError, match="the task's result where there is state"):
        sdk.rule("IsPresent", BODY, True)


def test_texts_are_escaped_and_tokens_are_not() -> None:
    made = join("it's {", STEP, "}${Token}")
    assert expression(made) == r"States.Format('it\'s \{{}\}${Token}', $.steps.A)"
    assert expression(join(made, "!")).endswith("${Token}!', $.steps.A)")
