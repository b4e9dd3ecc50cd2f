"""How an execution's end is told."""

from __future__ import annotations

import pytest

from mlmax_pipelines.cli.summary import _metrics

NUMBERS = {f"Train.metric_{number}": float(number) for number in range(20)}


@pytest.mark.parametrize(("columns", "most"), [("30", 30), ("60", 60), ("500", 88)])
def test_metrics_fill_the_terminal_and_no_more(
    monkeypatch: pytest.MonkeyPatch, columns: str, most: int
) -> None:
    monkeypatch.setenv("COLUMNS", columns)
    lines = list(_metrics(NUMBERS, ["Train"]))
    assert lines[0] == "\nmetrics of Train"
    assert most - 15 <= max(map(len, lines)) <= most
    assert " ".join(" ".join(lines[1:]).split()) == " ".join(
        f"metric_{number} {number}" for number in range(20)
    )
