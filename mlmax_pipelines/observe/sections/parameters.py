"""The parameters an execution ran with."""

from __future__ import annotations

from mlmax_pipelines.observe.blocks import CODE, Column, Noted, Section, Table
from mlmax_pipelines.observe.facts import Facts
from mlmax_pipelines.observe.metrics import parameters

PLACE = 30
_COLUMNS = (Column("Parameter"), Column("Value", CODE))


def section(facts: Facts) -> Section | None:
    declared = facts.pipeline.parameters if facts.pipeline else ()
    about = {parameter.name: parameter.description for parameter in declared}
    found = parameters(facts.data, facts.record)
    rows = [[Noted(name, about.get(name, "")), value] for name, value in found.items()]
    if not rows:
        return None
    return Section("Parameters", [Table(_COLUMNS, rows)], aside=True, folded="")
