"""The heaviest path, against weights worked out by hand and by trying every path."""

from __future__ import annotations

import random
from collections.abc import Mapping, Sequence
from typing import Any

import pytest

from mlmax_pipelines.compiler.heaviest import Scale, Unbounded, attempts, heaviest


def scale(adds: bool = False, rounds: int = 0) -> Scale:
    """Every state weighs what its `Weight` says."""
    return Scale(lambda name, state: state["Weight"], lambda names: rounds, adds)


def task(weight: float, after: str = "", **more: Any) -> dict[str, Any]:
    ends = {"Next": after} if after else {"End": True}
    return {"Type": "Task", "Weight": weight, **ends, **more}


def machine(**states: Any) -> dict[str, Any]:
    return {"StartAt": next(iter(states)), "States": states}


def test_the_heavier_of_two_ways_counts_also_by_a_catch() -> None:
    choice = {
        "Type": "Choice",
        "Weight": 0,
        "Choices": [{"Next": "A"}],
        "Default": "B",
    }
    caught = task(1, "End", Catch=[{"ErrorEquals": ["x"], "Next": "C"}])
    end = {"Type": "Succeed", "Weight": 0}
    found = machine(Go=choice, A=task(5, "End"), B=caught, C=task(9, "End"), End=end)
    assert heaviest(found, scale()) == 10


def test_a_loop_is_unbounded_unless_somebody_says_how_often() -> None:
    found = machine(A=task(1, "B"), B=task(2, Catch=[{"Next": "A"}]))
    with pytest.raises(Unbounded, match="A is in a loop"):
        heaviest(found, scale())
    assert heaviest(found, scale(rounds=100)) == 300
    # One that takes no time may go on as long as it likes.
    assert heaviest(machine(A=task(0, "A")), scale()) == 0


def test_what_happens_at_the_same_time() -> None:
    branches = [machine(A=task(3)), machine(B=task(4))]
    both = machine(P={"Type": "Parallel", "Branches": branches, "End": True})
    assert heaviest(both, scale()) == 4
    assert heaviest(both, scale(adds=True)) == 7


def mapped(items: Any, **more: Any) -> dict[str, Any]:
    listed = {
        "Type": "Pass",
        "Weight": 0,
        "Parameters": {"items": items},
        "ResultPath": "$.steps.M",
        "Next": "M",
    }
    one = machine(A=task(2))
    state = {"Type": "Map", "ItemsPath": "$.steps.M.items", "ItemProcessor": one}
    return machine(L=listed, M={**state, "End": True, **more})


def test_a_map_over_a_list_that_is_known() -> None:
    assert heaviest(mapped([1, 2, 3]), scale()) == 2
    assert heaviest(mapped([1, 2, 3], MaxConcurrency=2), scale()) == 4
    assert heaviest(mapped([1, 2, 3], MaxConcurrency=2), scale(adds=True)) == 6
    with pytest.raises(Unbounded, match="M is a map over a list of unknown length"):
        heaviest(mapped("${x}"), scale())


def test_attempts() -> None:
    early = {"ErrorEquals": ["Busy"], "MaxAttempts": 5, "IntervalSeconds": 10}
    other = {
        "ErrorEquals": ["Busy", "Other"],
        "MaxAttempts": 3,
        "IntervalSeconds": 10,
        "BackoffRate": 2,
        "MaxDelaySeconds": 25,
    }
    state = {"Retry": [{**early, "BackoffRate": 1}, other]}
    assert attempts(state, ["Busy"]) == (3, 5, 5 * 10 + 10 + 20 + 25)
    assert attempts(state) == (8, 0, 105)
    # What the language says where a retrier says nothing.
    assert attempts({"Retry": [{"ErrorEquals": ["x"]}]}) == (3, 0, 1 + 2 + 4)
    assert attempts({}) == (0, 0, 0)


def test_a_container_is_tried_again_as_a_whole() -> None:
    again = {"Retry": [{"ErrorEquals": ["x"], "MaxAttempts": 2, "IntervalSeconds": 7}]}
    both = {"Type": "Parallel", "Branches": [machine(A=task(3))], "End": True, **again}
    assert heaviest(machine(P=both), scale()) == 3 * 3 + 7 + 14


def walked(states: Mapping[str, Any], name: str) -> float:
    after: Sequence[str] = states[name]["after"]
    rest = max((walked(states, one) for one in after), default=0)
    return float(states[name]["Weight"] + rest)


@pytest.mark.parametrize("seed", range(50))
def test_it_is_what_trying_every_path_finds(seed: int) -> None:
    chance = random.Random(seed)
    names = [f"s{number}" for number in range(9)]
    states: dict[str, Any] = {}
    for number, name in enumerate(names):
        rest = names[number + 1 :]
        after = chance.sample(rest, chance.randint(0, min(3, len(rest))))
        rules = [{"Next": one} for one in after]
        weight = chance.randint(0, 9)
        states[name] = {"Type": "X", "Weight": weight, "Choices": rules, "after": after}
    found = {"StartAt": names[0], "States": states}
    assert heaviest(found, scale()) == walked(states, names[0])


def test_a_chain_of_thousands_is_no_recursion() -> None:
    states = {f"s{n}": task(1, f"s{n + 1}") for n in range(20_000)}
    states["s20000"] = task(1)
    assert heaviest({"StartAt": "s0", "States": states}, scale()) == 20_001
