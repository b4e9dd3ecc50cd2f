"""What is known of an execution, worked out on demand."""

from __future__ import annotations

from dataclasses import replace

from tests.unit.observe.histories import broken


def test_an_execution_that_runs_has_taken_the_time_until_now(facts):
    made = facts()
    assert made.seconds == 100.0
    running = replace(made, record=replace(made.record, stop_time=None), now=1007.0)
    assert running.seconds == 7.0


def test_without_its_pipeline_every_state_is_a_step(facts):
    assert "Evaluate metrics" not in {row.name for row in facts().rows}
    assert "Evaluate metrics" in {row.name for row in facts(compiled=None).rows}


def test_what_failed_is_found_in_the_history(facts):
    assert facts().failure is None
    assert facts(broken, "FAILED").failure.state == "Train"
