"""The numbers an execution came to."""

from __future__ import annotations

from mlmax_pipelines.observe.sections.metrics import section


def test_a_metric_stands_beside_its_step(facts):
    (table,) = section(facts()).blocks
    assert table.rows == [["roc_auc", "Evaluate", 0.98765432]]


def test_without_metrics_there_is_no_section(facts):
    assert section(facts(output={"steps": {}})) is None
