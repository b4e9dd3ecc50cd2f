"""The steps of the pipeline."""

from __future__ import annotations

from mlmax_pipelines.observe.sections.graph import section


def test_the_graph_has_what_became_of_its_steps(facts):
    (steps,) = section(facts()).blocks
    assert steps.title == "pipeline training"
    assert steps.marks["Train"].status == "SUCCEEDED"
    assert "Rejected" not in steps.marks


def test_without_its_pipeline_there_is_no_graph(facts):
    assert section(facts(compiled=None)) is None
