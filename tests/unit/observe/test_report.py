"""A report: whose it is, and its sections in order."""

from __future__ import annotations

from dataclasses import replace

from mlmax_pipelines.observe.report import build
from tests.unit.observe.histories import broken


def test_the_head_says_which_execution_it_is(facts):
    head = build(facts()).head
    assert (head.pipeline, head.execution, head.environment) == (
        "training",
        "e-1",
        "local",
    )
    assert head.description == "Train a model."
    assert (head.status, head.seconds, head.ended) == ("SUCCEEDED", 100.0, True)


def test_the_head_of_one_that_runs_says_so(facts):
    made = facts(compiled=None)
    record = replace(made.record, status="RUNNING", stop_time=None)
    head = build(replace(made, record=record)).head
    assert not head.ended and head.description == ""


def test_sections_stand_in_their_order(facts):
    report = build(facts(broken, "FAILED"))
    assert [section.title for section in report.sections] == [
        "What failed",
        "Parameters",
        "Steps",
        "Timeline",
        "Pictures",
        "Artifacts",
        "Versions",
    ]
