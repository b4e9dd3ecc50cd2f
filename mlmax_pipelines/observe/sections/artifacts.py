"""What the steps of an execution wrote."""

from __future__ import annotations

from mlmax_pipelines.observe.blocks import CODE, SIZE, Column, Section, Table
from mlmax_pipelines.observe.facts import Facts

PLACE = 70
_COLUMNS = (
    Column("Step"),
    Column("Output", detail=True),
    Column("Address", CODE),
    Column("Size", SIZE),
    Column("SHA-256", CODE, begins=16),
)


def section(facts: Facts) -> Section | None:
    rows = [[a.step, a.output, a.uri, a.size, a.sha256] for a in facts.artifacts]
    if not rows:
        return None
    folded = f"{len(rows)} artifacts"
    return Section("Artifacts", [Table(_COLUMNS, rows)], folded=folded)
