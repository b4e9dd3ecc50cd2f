"""Which code, data and packages an execution ran."""

from __future__ import annotations

from mlmax_pipelines.observe.blocks import CODE, Column, Section, Table
from mlmax_pipelines.observe.facts import Facts
from mlmax_pipelines.observe.metrics import flat_text

PLACE = 80
_COLUMNS = (Column("What"), Column("Version", CODE))


def section(facts: Facts) -> Section | None:
    rows = list(flat_text(facts.record.evidence).items())
    return Section("Versions", [Table(_COLUMNS, rows)]) if rows else None
