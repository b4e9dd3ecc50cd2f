"""The table on a terminal, on narrow ones too."""

from __future__ import annotations

from io import StringIO
from pathlib import Path

import pytest
from rich.console import Console
from rich.text import Text

from mlmax_pipelines.cli.live import _nested_steps, _table
from tests.unit.compiler.projects import compiled

LINES = [
    ["Preprocess", "SUCCEEDED", "3.30 s", ""],
    ["Train", "RUNNING", "3.52 s", "trained 120 trees on 30 features"],
    ["Evaluate"],
]


def shown(width: int, lines: list[list[str]] = LINES) -> list[str]:
    console = Console(file=StringIO(), width=width)
    console.print(_table([list(map(Text, line)) for line in lines], width))
    assert isinstance(console.file, StringIO)
    return [line.rstrip() for line in console.file.getvalue().splitlines()]


def test_where_there_is_room_nothing_is_cut() -> None:
    assert shown(80) == [
        "Preprocess  SUCCEEDED  3.30 s",
        "Train       RUNNING    3.52 s  trained 120 trees on 30 features",
        "Evaluate",
    ]


def test_only_the_remark_gives_way() -> None:
    assert shown(42) == [
        "Preprocess  SUCCEEDED  3.30 s",
        "Train       RUNNING    3.52 s  trained 12…",
        "Evaluate",
    ]


@pytest.mark.parametrize("width", [5, 10, 20, 30, 31, 32, 33])
def test_a_line_of_the_table_is_a_line_of_the_terminal(width: int) -> None:
    lines = [["A step with a long name", *LINES[1][1:]], *LINES]
    found = shown(width, lines)
    assert len(found) == len(lines)
    assert all(len(line) <= width for line in found)


def test_a_step_with_states_inside_of_its_own_is_not_inside_another(
    tmp_path: Path,
) -> None:
    steps = """
  A: {module: copy}
  Both: {type: parallel, branches: [{steps: {B: {module: copy}}}]}
"""
    assert _nested_steps(compiled(tmp_path, steps)) == {"B"}
