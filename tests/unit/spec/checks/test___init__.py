"""All checks together: every problem, in the order of the file."""

from __future__ import annotations

from pathlib import Path

from tests.unit.compiler.projects import problems


def test_problems_of_all_checks_come_in_the_order_of_the_file(tmp_path: Path) -> None:
    steps = """
  A: {type: pass, next: B}
  Alone: {type: pass}
  B: {type: pass, next: Nowhere}
"""
    found = problems(tmp_path, steps)
    assert [text.partition(" ")[0] for text in found] == [
        "pipelines/p.yaml:5:3:",
        "pipelines/p.yaml:6:25:",
    ]
