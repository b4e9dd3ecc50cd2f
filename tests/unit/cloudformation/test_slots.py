"""Slots come free again: what the recorder's states say of it."""

from __future__ import annotations

import sys
from dataclasses import replace
from typing import Any

import pytest

from mlmax_pipelines.cloudformation import recorder, recording, shape, shared, slots
from mlmax_pipelines.compiled import Slots

_LIMIT = sys.getrecursionlimit()
jsonata = pytest.importorskip("jsonata", reason="it comes with the extra 'dev'")
sys.setrecursionlimit(_LIMIT)


def evaluated(text: str, **bindings: Any) -> Any:
    made = jsonata.Jsonata(text.removeprefix("{%").removesuffix("%}"))
    sys.setrecursionlimit(_LIMIT)
    for name, value in bindings.items():
        made.assign(name, value)
    return made.evaluate({})


@pytest.fixture
def bounded(training: Any) -> Any:
    return replace(training, slots=Slots(2))


@pytest.mark.parametrize(
    "machine, ended, looked_at",
    [
        ("${Prefix}-NAME", ["arn"], ["${Prefix}-NAME"]),
        ("${Prefix}-NAME", [], ["${Prefix}-NAME"]),
        ("${Prefix}-other", ["arn"], []),
        ("", [], ["${Prefix}-NAME"]),
    ],
)
def test_whose_slots_are_looked_at(
    bounded: Any, machine: str, ended: list[str], looked_at: list[str]
) -> None:
    items = slots.states([bounded], [])["Free slots"]["Items"]
    name = machine.replace("NAME", bounded.name)
    found = evaluated(items, machine=name, ended=ended)
    wanted = [one.replace("NAME", bounded.name) for one in looked_at]
    assert found == [{"pipeline": one, "ended": ended} for one in wanted]


@pytest.mark.parametrize(
    "held, ended, others, gone",
    [
        (None, ["a"], [], ["a"]),
        (["a"], ["a"], [], ["a"]),
        (["a", "b"], ["a"], ["b"], ["a", "b"]),
        (["b", "c"], [], ["b", "c"], ["b", "c"]),
    ],
)
def test_who_loses_one(
    bounded: Any, held: Any, ended: Any, others: Any, gone: Any
) -> None:
    inner = slots.states([bounded], [])["Free slots"]["ItemProcessor"]["States"]
    item = {"executions": {"SS": held}} if held else {}
    states: dict[str, Any] = {"input": {"ended": ended}, "result": {"Item": item}}
    merged = evaluated(inner["Who holds one"]["Output"], states=states)
    assert merged["holders"] == others
    # All of the others turn out to run no more, or none of them.
    for result, expected in (
        ([[one] for one in others], gone),
        ([[] for _ in others], ended),
    ):
        states = {"input": merged, "result": result}
        assert evaluated(inner["Look at them"]["Output"], states=states) == {
            **merged,
            "gone": expected,
        }


def test_every_state_leads_somewhere(bounded: Any) -> None:
    def check(machine: Any) -> None:
        states = machine["States"]
        assert machine["StartAt"] in states
        for state in states.values():
            for one in (state, *state.get("Choices", ()), *state.get("Catch", ())):
                for key in ("Next", "Default"):
                    assert one.get(key, machine["StartAt"]) in states
            if "ItemProcessor" in state:
                check(state["ItemProcessor"])

    check(recording.definition([bounded]))


def test_without_slots_there_is_nothing_of_them(training: Any, bounded: Any) -> None:
    for one, there in ((training, False), (bounded, True)):
        resources = shared.build([one], shape.DEFAULT)["Resources"]
        assert ("Slots" in resources) is there
        assert {"BeginRule", "LookRule"} <= {*resources} or not there
        role = recorder.recorder([one], shape.DEFAULT)["RecorderRole"]
        assert ("dynamodb:UpdateItem" in str(role)) is there
