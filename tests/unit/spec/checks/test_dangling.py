"""Targets that no step has."""

from __future__ import annotations

from pathlib import Path

from tests.unit.compiler.projects import problems


def test_the_nearest_step_is_named(tmp_path: Path) -> None:
    found = problems(tmp_path, "  A: {type: pass, next: Bee}\n  Be: {type: pass}\n")
    told = "unknown step 'Bee' | did you mean 'Be'?"
    assert found == [f"pipelines/p.yaml:3:25: {told}"]


def test_a_step_of_another_branch_cannot_be_reached(tmp_path: Path) -> None:
    steps = """
  Both:
    type: parallel
    branches:
      - steps: {Left: {type: pass, next: Right}}
      - steps: {Right: {type: pass}}
"""
    (found,) = problems(tmp_path, steps)
    assert "step 'Right' cannot be reached from here" in found
