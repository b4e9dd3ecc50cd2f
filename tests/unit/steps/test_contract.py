"""What goes in and out of a step type."""

from __future__ import annotations

import pytest

from mlmax_pipelines.steps.contract import InputPort
from mlmax_pipelines.steps.values import literal, state_data


@pytest.mark.parametrize(
    ("declared", "given", "typed"),
    [
        ("number", "any", "number"),
        ("number", "integer", "integer"),
        ("string", "any", "any"),
        ("any", "any", "any"),
    ],
)
def test_a_value_is_of_the_type_that_its_module_says(
    declared: str, given: str, typed: str
) -> None:
    for value in (literal(1, given), state_data("$.x", given)):
        assert InputPort("x", declared, value).typed.type == typed
