"""What its jobs are billed for."""

from __future__ import annotations

from mlmax_pipelines.observe.billing import billed
from mlmax_pipelines.observe.blocks import NUMBER, Column, Section, Table
from mlmax_pipelines.observe.facts import Facts

PLACE = 52
_COLUMNS = (
    Column("Step"),
    Column("Machines"),
    Column("Seconds of all machines", NUMBER),
)


def section(facts: Facts) -> Section | None:
    rows = [(one.step, one.machines, one.seconds) for one in billed(facts.events)]
    return Section("Billed", [Table(_COLUMNS, rows)]) if rows else None
