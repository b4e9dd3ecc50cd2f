"""When each step ran."""

from __future__ import annotations

from dataclasses import replace

from mlmax_pipelines.observe.sections.timeline import section


def test_each_step_is_a_row(facts):
    (times,) = section(facts()).blocks
    assert [row.name for row in times.rows] == ["Train", "Evaluate", "Gate", "Register"]
    assert (times.started, times.seconds, times.now) == (1000.0, 100.0, 1100.0)


def test_before_the_first_step_there_is_no_timeline(facts):
    assert section(replace(facts(), events=())) is None
