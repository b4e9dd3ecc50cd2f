"""Names that may be used, and the key of a step."""

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
