"""What a step type is given."""

from __future__ import annotations

import pytest

from mlmax_pipelines.steps.contract import InputPort
from mlmax_pipelines.steps.values import state_data


@pytest.mark.parametrize(
    ("declared", "found", "typed"),
    [
        ("list", "any", "list"),
        ("integer", "any", "integer"),
        ("string", "any", "any"),
        ("number", "integer", "integer"),
    ],
)
def test_an_input_is_of_its_declared_type_where_nobody_knows_better(
    declared: str, found: str, typed: str
) -> None:
    port = InputPort("a", declared, state_data("$.a", found))
    assert port.typed.type == typed
