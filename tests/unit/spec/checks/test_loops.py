"""Loops without a way out, and loops in which no step takes time."""

from __future__ import annotations

from pathlib import Path

from tests.unit.compiler.projects import problems

ASK = """
  Ask: {module: call}
  Ready:
    type: choice
    choices: [{when: {value: "${steps.Ask.outputs.ok}", equals: true}, next: Done}]
    default: %s
  Pause: {type: %s, next: %s}
  Done: {type: succeed}
"""


def test_a_loop_without_an_end(tmp_path: Path) -> None:
    steps = "  A: {type: wait, seconds: 1}\n  B: {type: pass, next: A}\n"
    (found,) = problems(tmp_path, steps)
    assert "endless loop, no way to an end: 'A', 'B'" in found


def test_a_loop_that_spins(tmp_path: Path) -> None:
    (found,) = problems(tmp_path, ASK % ("Pause", "pass", "Ready"))
    assert "endless loop without a wait: 'Ready', 'Pause'" in found


def test_a_loop_with_a_job_takes_time(tmp_path: Path) -> None:
    assert problems(tmp_path, ASK % ("Pause", "pass", "Ask")) == []
