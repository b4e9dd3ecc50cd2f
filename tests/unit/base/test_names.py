"""Names that may be used, and the nearest valid one."""

from __future__ import annotations

import pytest

from mlmax_pipelines.base import names


@pytest.mark.parametrize("name", ["A", "Train Model", "train-1", "x_y", "a" * 70])
def test_names_a_step_may_have(name: str) -> None:
    assert names.step_name_fault(name) == ""


@pytest.mark.parametrize(
    "name", ["", " A", "A ", "1a", "a.b", "a/b", "a" * 71, "é", "A\n"]
)
def test_names_a_step_cannot_have(name: str) -> None:
    assert names.step_name_fault(name) != ""


def test_a_step_s_key_is_safe_in_paths() -> None:
    assert names.step_key("Train Model-2") == "Train_Model_2"


@pytest.mark.parametrize(
    ("name", "valid", "expected"),
    [
        ("Trian", ["Train", "Test"], "Train"),
        ("moduleid", ["ModuleId", "next"], "ModuleId"),
        ("train model", ["Train_Model", "Test"], "Train_Model"),
        ("zzz", ["Train", "Test"], ""),
        ("x", [], ""),
    ],
)
def test_the_nearest_name(name: str, valid: list[str], expected: str) -> None:
    assert names.nearest(name, valid) == expected


def test_a_hint_lists_at_most_a_dozen_names() -> None:
    hint = names.did_you_mean("qqq", [f"name{i:02}" for i in range(20)])
    assert hint.startswith("allowed: name00, name01")
    assert hint.endswith("name11 and 8 more")
