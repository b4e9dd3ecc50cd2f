"""Steps that nothing leads to."""

from __future__ import annotations

from pathlib import Path

from tests.unit.compiler.projects import problems


def test_what_only_follows_an_unreached_step_is_not_said_again(tmp_path: Path) -> None:
    steps = """
  A: {type: succeed}
  Lost: {type: pass}
  After: {type: pass}
"""
    (found,) = problems(tmp_path, steps)
    assert found.startswith("pipelines/p.yaml:5:3: step 'Lost' is never reached | ")
