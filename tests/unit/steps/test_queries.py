"""Texts as JSONata say what the same texts as JSONPath say."""

from __future__ import annotations

import pytest

from mlmax_pipelines.asl.query.expression import Scope, compile_expression
from mlmax_pipelines.steps.queries import query
from mlmax_pipelines.steps.values import Value, expression, join, state_data

NAME = state_data("$.pipeline.name", "string")


@pytest.mark.parametrize(
    "parts", [("a/", NAME, "/b", "/c.json"), (NAME, NAME), ("it's \\ ", NAME, '"x"')]
)
def test_a_query_and_a_path_give_the_same_text(parts: tuple[str | Value, ...]) -> None:
    scope = Scope({"pipeline": {"name": "x y"}}, {}, dict)
    text = query(*parts)
    as_path = expression(join(*parts))
    assert compile_expression(text)(scope) == compile_expression(as_path)(scope)


def test_texts_that_follow_each_other_are_one() -> None:
    assert query("a", "/b", NAME) == "{% 'a/b' & $states.input.pipeline.name %}"
