"""The numbers an execution came to."""

from __future__ import annotations

from mlmax_pipelines.observe.blocks import NUMBER, Column, Section, Table
from mlmax_pipelines.observe.facts import Facts
from mlmax_pipelines.observe.metrics import metrics

PLACE = 20
_COLUMNS = (Column("Metric"), Column("Step"), Column("Value", NUMBER))


def section(facts: Facts) -> Section | None:
    rows = []
    for key, value in metrics(facts.data).items():
        step, _, name = key.partition(".")
        rows.append([name, step, value])
    if not rows:
        return None
    return Section("Metrics", [Table(_COLUMNS, rows)], aside=True, folded="")
