"""That nobody answers for what ran: no recorded deployment made it."""

from __future__ import annotations

from mlmax_pipelines.observe.blocks import Section, Text
from mlmax_pipelines.observe.evidence import NOBODYS
from mlmax_pipelines.observe.facts import Facts

PLACE = 5


def section(facts: Facts) -> Section | None:
    if facts.record.evidence.get("deployment") != NOBODYS:
        return None
    text = f"{NOBODYS}: somebody changed its state machine by hand"
    title = "Not what was deployed"
    return Section(title, [Text([text], title)], alarming=True, folded="")
