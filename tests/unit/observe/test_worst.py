"""What an execution may take at most, against hours worked out by hand."""

from __future__ import annotations

from pathlib import Path

import pytest

from mlmax_pipelines.compiler.heaviest import Unbounded
from mlmax_pipelines.environment import Environment
from mlmax_pipelines.observe.worst import instance_hours
from tests.unit.compiler.projects import compiled

ROWS = "inputs: {rows: s3://bucket/rows}"
TWO = f"""
  A: {{module: fit, {ROWS}, retry: []}}
  B:
    module: copy
    retry: [{{errors: [States.ALL], max_attempts: 1}}]
"""


def dev(**steps: object) -> Environment:
    return Environment("dev", "stepfunctions", steps={"p": steps})  # type: ignore


def test_hours_are_those_of_all_machines_and_attempts(tmp_path: Path) -> None:
    found = compiled(tmp_path, TWO)
    assert instance_hours(found) == 1 + 2
    assert instance_hours(found, dev(A={"instance_count": 4})) == 4 + 2
    prices = {"ml.m5.large": 0.1}
    assert instance_hours(found, dev(), prices) == pytest.approx(0.3)
    other = dev(A={"instance_type": "ml.m5.xlarge"})
    with pytest.raises(Unbounded, match="A runs on ml.m5.xlarge, which has no price"):
        instance_hours(found, other, prices)


def test_what_runs_at_the_same_time_adds_up(tmp_path: Path) -> None:
    both = "".join(
        f"        - steps: {{X{n}: {{module: fit, {ROWS}, retry: []}}}}\n"
        for n in (1, 2)
    )
    steps = f"  P:\n    type: parallel\n    branches:\n{both}"
    found = compiled(tmp_path / "a", steps)
    assert instance_hours(found) == 2
    mapped = (
        "  M:\n    type: map\n    items: [a, b, c]\n    max_concurrency: 1\n"
        f"    steps:\n      A: {{module: fit, {ROWS}, retry: []}}\n"
    )
    assert instance_hours(compiled(tmp_path / "b", mapped)) == 3


def test_of_a_pipeline_in_parts_all_of_them_count(tmp_path: Path) -> None:
    steps = "".join(f"  A{n}: {{module: copy, retry: []}}\n" for n in range(900))
    found = compiled(tmp_path, steps)
    assert found.parts
    assert instance_hours(found) == 900


def test_machines_that_only_an_execution_knows(tmp_path: Path) -> None:
    steps = (
        f"  M:\n    type: map\n    items: ${{parameters.n}}\n    steps:\n"
        f"      A: {{module: fit, {ROWS}}}\n"
    )
    n = "\n  n: {type: list, default: [1]}\n"
    with pytest.raises(Unbounded, match="M is a map over a list of unknown length"):
        instance_hours(compiled(tmp_path, steps, parameters=n))
