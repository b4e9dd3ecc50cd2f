"""When each step ran, for how long, and how it ended."""

from __future__ import annotations

from mlmax_pipelines.observe.blocks import Section, Times
from mlmax_pipelines.observe.facts import Facts

PLACE = 50


def section(facts: Facts) -> Section | None:
    if not facts.rows:
        return None
    times = Times(facts.rows, facts.record.start_time, facts.seconds, facts.now)
    return Section("Timeline", [times])
