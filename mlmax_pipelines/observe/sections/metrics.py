"""The numbers an execution came to."""

from __future__ import annotations

from mlmax_pipelines.observe.blocks import NUMBER, Column, Section, Table
from mlmax_pipelines.observe.facts import Facts
from mlmax_pipelines.observe.metrics import found

PLACE = 20
_COLUMNS = (Column("Metric"), Column("Step"), Column("Value", NUMBER))


def section(facts: Facts) -> Section | None:
    metrics = found(facts.record, facts.events)
    rows = [[one.name, one.place, one.value] for one in metrics]
    if not rows:
        return None
    return Section("Metrics", [Table(_COLUMNS, rows)], aside=True, folded="")
