"""The section about what jobs are billed for."""

from dataclasses import replace

from mlmax_pipelines.observe.sections.billing import section
from tests.unit.observe.test_billing import TRAINED, events


def test_each_step_is_a_row(facts):
    assert section(facts()) is None
    told = events(("Train", "TaskSucceeded", TRAINED))
    (table,) = section(replace(facts(), events=told)).blocks
    assert table.rows == [("Train", "ml.m5.large x 2", 140)]
