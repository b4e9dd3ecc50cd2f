"""The steps of the pipeline, and what became of them."""

from __future__ import annotations

from mlmax_pipelines.drawing.render import graph_of
from mlmax_pipelines.observe.blocks import Section, Steps
from mlmax_pipelines.observe.facts import Facts
from mlmax_pipelines.observe.steps import marks

PLACE = 40


def section(facts: Facts) -> Section | None:
    if facts.pipeline is None:
        return None
    graph = graph_of(facts.pipeline)
    title = f"pipeline {facts.record.pipeline}"
    return Section(
        "Steps", [Steps(title, graph, marks(facts.timeline.rows, graph, facts.now))]
    )
