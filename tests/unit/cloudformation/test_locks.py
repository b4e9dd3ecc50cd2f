"""Locked parameters: held in the state machine, whoever starts it."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from mlmax_pipelines.cloudformation import shape
from mlmax_pipelines.cloudformation.shape import Shape
from mlmax_pipelines.environment import Environment
from tests.unit.compiler.projects import compiled, execute

PARAMETERS = """
  approval: {type: string, default: Pending}
  share: {type: number, default: 0.5}
  n-rows: {type: integer, default: 3}
  flag: {type: boolean, default: true}
  list: {type: list, default: [1]}
  note: {type: string, default: null}
  free: {type: string, default: a}
"""
SHOW = "  Show: {type: pass, result: {a: 1}}\n"
NAMES = ("approval", "share", "n-rows", "flag", "list", "note")


def ran(root: Path, given: Any) -> Any:
    pipeline = compiled(root, SHOW, parameters=PARAMETERS)
    locked = Shape(locked=frozenset(("p", name) for name in NAMES))
    return execute(shape.apply(pipeline, locked), given)


@pytest.mark.parametrize(
    ("name", "value", "told"),
    [
        ("approval", "Approved", 'is locked to "Pending" here, and "Approved" was'),
        ("approval", None, 'is locked to "Pending" here, and null was given'),
        ("approval", ["Pending"], 'and ["Pending"] was given'),
        ("share", 0.51, "is locked to 0.5 here, and 0.51 was given"),
        ("share", "0.5", 'is locked to 0.5 here, and "0.5" was given'),
        ("n-rows", 4, "is locked to 3 here, and 4 was given"),
        ("flag", False, "is locked to true here, and false was given"),
        ("list", [2], "is locked to [1] here, and [2] was given"),
        ("note", "x", 'is locked to null here, and "x" was given'),
    ],
)
def test_another_value_fails_before_anything(
    tmp_path: Path, name: str, value: Any, told: str
) -> None:
    found = ran(tmp_path, {name: value})
    assert (found.status, found.error) == ("FAILED", "Input.Locked")
    assert found.cause.startswith(f"input '{name}' is locked to ")
    assert told in found.cause


@pytest.mark.parametrize(
    "given",
    [
        {},
        {"approval": "Pending", "share": 0.5, "n-rows": 3, "flag": True},
        {"note": None, "free": "b"},
    ],
)
def test_the_value_that_it_has_may_be_given(tmp_path: Path, given: Any) -> None:
    found = ran(tmp_path, given)
    assert found.status == "SUCCEEDED"
    assert found.output["parameters"]["approval"] == "Pending"


def test_an_environment_locks_by_name_or_by_pipeline(tmp_path: Path) -> None:
    pipeline = compiled(tmp_path, SHOW, parameters=PARAMETERS)
    for locked in (["approval", "elsewhere"], {"p": ["approval"], "q": ["share"]}):
        environment = Environment("prod", "stepfunctions", locked=locked)
        found = shape.of(environment, [pipeline])
        assert found.locked == {("p", "approval")}
    assert shape.apply(pipeline, Shape()) is pipeline
