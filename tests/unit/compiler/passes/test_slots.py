"""A slot is taken before anything is paid for."""

from __future__ import annotations

from pathlib import Path

import pytest

from mlmax_pipelines.base.errors import SpecError
from mlmax_pipelines.compiler.passes import slots
from tests.unit.compiler.projects import compiled

WAITS = "  A: {type: wait, seconds: 100}\n"
WEEK = 7 * 86_400


def test_it_comes_after_the_checks_and_before_the_first_step(tmp_path: Path) -> None:
    made = compiled(tmp_path, WAITS, max_concurrent_executions="3")
    states = made.definition["States"]
    assert states["Parameters"]["Next"] == slots.TAKE
    taking = states[slots.TAKE]
    assert taking["Next"] == "A" and taking["ResultPath"] is None
    assert taking["Catch"][0]["Next"] == slots.FULL
    assert states[slots.FULL]["Error"] == "Slots.Full"
    (state,) = [one for one in made.states if one.name == slots.TAKE]
    (need,) = state.execution_role
    assert need.actions == ("dynamodb:UpdateItem",)
    assert "${Prefix}-p" in str(need.conditions)


def test_what_it_waits_comes_on_top_of_the_time_limit(tmp_path: Path) -> None:
    without = compiled(tmp_path / "a", WAITS).definition["TimeoutSeconds"]
    key = {"max_concurrent_executions": "1"}
    waits = compiled(tmp_path / "b", WAITS, **key).definition["TimeoutSeconds"]
    assert WEEK * 0.9 < waits - without < WEEK * 1.1
    given = compiled(tmp_path / "c", WAITS, timeout_seconds="500", **key)
    assert given.definition["TimeoutSeconds"] - 500 == waits - without
    fails = compiled(tmp_path / "d", WAITS, when_full="fail", **key)
    assert fails.definition["TimeoutSeconds"] - without < 900


def test_it_is_full_of_nothing_without_a_number(tmp_path: Path) -> None:
    with pytest.raises(SpecError) as caught:
        compiled(tmp_path, WAITS, when_full="fail")
    assert "'when_full' without 'max_concurrent_executions'" in str(caught.value)


def test_a_step_cannot_have_its_name(tmp_path: Path) -> None:
    with pytest.raises(SpecError) as caught:
        compiled(tmp_path, f"  {slots.TAKE}: {{type: wait, seconds: 1}}\n")
    assert "is taken" in str(caught.value)
