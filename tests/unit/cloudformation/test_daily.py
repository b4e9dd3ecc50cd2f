"""Starts are counted before a slot is taken."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

import pytest

from mlmax_pipelines.base.slots import COUNT, TAKE
from mlmax_pipelines.cloudformation import daily, shape
from tests.unit.compiler.projects import compiled

_LIMIT = sys.getrecursionlimit()
jsonata = pytest.importorskip("jsonata", reason="it comes with the extra 'dev'")
sys.setrecursionlimit(_LIMIT)


def evaluated(text: str) -> Any:
    made = jsonata.Jsonata(text.removeprefix("{%").removesuffix("%}"))
    sys.setrecursionlimit(_LIMIT)
    context = {
        "Execution": {"StartTime": "2030-01-31T23:59:00.123Z"},
        "StateMachine": {"Name": "ml-p"},
    }
    made.assign("states", {"context": context})
    return made.evaluate({})


def test_all_that_led_to_a_slot_leads_to_the_count(tmp_path: Path) -> None:
    waits = "  A: {type: wait, seconds: 1}\n"
    bound = {"max_concurrent_executions": "1", "parameters": "{n: {type: integer}}"}
    made = compiled(tmp_path, waits, **bound)
    shaped = shape.apply(made, shape.Shape(a_day=7))
    states = shaped.definition["States"]
    assert states["Check inputs"]["Default"] == COUNT
    counting = states[COUNT]
    assert counting["Next"] == TAKE and states[TAKE]["Next"] == "A"
    assert states[daily.NONE_LEFT]["Error"] == "Executions.PerDay"
    values = counting["Arguments"]["ExpressionAttributeValues"]
    assert values[":most"] == {"N": "7"}
    assert evaluated(counting["Arguments"]["Key"]["pipeline"]["S"]) == "ml-p/2030-01-31"
    assert evaluated(values[":then"]["N"]) == "1896307140"
    (state,) = [one for one in shaped.states if one.name == COUNT]
    assert "${Prefix}-p/*" in str(state.execution_role[0].conditions)


def test_a_pipeline_without_slots_is_not_counted(tmp_path: Path) -> None:
    made = compiled(tmp_path, "  A: {type: wait, seconds: 1}\n")
    assert shape.apply(made, shape.Shape(a_day=7)) == made
