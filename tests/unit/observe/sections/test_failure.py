"""What failed."""

from __future__ import annotations

from dataclasses import replace

from mlmax_pipelines.base import printed
from mlmax_pipelines.base.errors import PipelineError
from mlmax_pipelines.observe.blocks import Code, Log, Note, Text, Verbatim
from mlmax_pipelines.observe.facts import Reading
from mlmax_pipelines.observe.sections.failure import section
from tests.unit.observe.histories import EVIL, broken


def test_a_failure_has_its_cause_its_end_and_the_end_of_its_log(facts):
    found = section(facts(broken, "FAILED"))
    assert found.title == "What failed" and found.alarming
    assert list(found.blocks) == [
        Text(["step 'Train' failed", Code("AlgorithmError")], "Failed"),
        Verbatim(f"bad column {EVIL}"),
        Note("caught, and ended in 'Failed'"),
        Log("Last lines of its log", "x/y.log", [printed.line(f"log of Train {EVIL}")]),
    ]


def test_a_log_is_shown_as_it_was_seen_and_no_line_without_end(facts):
    made = facts(broken, "FAILED")
    lines = ["\x1b[31mred\x1b[0m", "x" * 10_000]
    reading = replace(made.reading, log=lambda visit: lines)
    log = section(replace(made, reading=reading)).blocks[-1]
    assert list(log.lines) == ["red", "x" * 2_000]


def test_a_log_that_cannot_be_read_is_left_out(facts):
    def refuse(*_):
        raise PipelineError("gone")

    made = facts(broken, "FAILED")
    unread = replace(made, reading=Reading(refuse, refuse, refuse))
    assert not any(isinstance(block, Log) for block in section(unread).blocks)
    placeless = replace(made, reading=replace(made.reading, log_location=refuse))
    assert section(placeless).blocks[-1].place == ""


def test_an_execution_that_failed_as_a_whole_says_so(facts):
    found = section(facts(error="States.Runtime", cause='{"Cause": "too much"}'))
    assert list(found.blocks) == [
        Text([Code("States.Runtime")], "Failed"),
        Verbatim("too much"),
    ]


def test_one_that_was_stopped_says_why(facts):
    found = section(facts(status="ABORTED", cause="too late"))
    assert found.title == "Why it ended"
    assert list(found.blocks) == [Text(["too late"], "Why it ended")]


def test_of_a_success_there_is_nothing_to_say(facts):
    assert section(facts()) is None
