"""An execution -> everything a report of it says, as data.

What comes in: facts. What goes out: a report, which any module of `render` draws. Its
sections are the files of `sections/`. Never: fails because a picture or a log cannot
be read.
"""

from __future__ import annotations

from mlmax_pipelines.observe import sections
from mlmax_pipelines.observe.blocks import Head, Report
from mlmax_pipelines.observe.facts import Facts


def build(facts: Facts) -> Report:
    """What there is to say of an execution, finished or not."""
    record, pipeline = facts.record, facts.pipeline
    head = Head(
        pipeline=record.pipeline,
        description=pipeline.description if pipeline else "",
        execution=record.name,
        environment=record.environment,
        status=record.status,
        started=record.start_time,
        seconds=facts.seconds,
        ended=record.stop_time is not None,
    )
    return Report(head, sections.of(facts))
