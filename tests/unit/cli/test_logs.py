"""`pipeline logs`."""

from __future__ import annotations

from pathlib import Path

from tests.unit.cli.conftest import Pipeline


def test_the_lines_of_one_step_are_as_its_job_printed_them(
    ran: Path, pipeline: Pipeline
) -> None:
    assert pipeline(ran, "logs", "good", "First").out == "text is hello\n"


def test_lines_of_several_steps_have_their_names(ran: Path, pipeline: Pipeline) -> None:
    shown = pipeline(ran, "logs", "good").out
    assert shown == "First | text is hello\nSecond | text is hello\n"
    followed = pipeline(ran, "logs", "good", "--follow").out
    assert followed == shown


def test_a_step_without_a_log_is_told_from_those_with_one(
    ran: Path, pipeline: Pipeline
) -> None:
    wrong = pipeline(ran, "logs", "good", "Third")
    assert wrong.code == 2 and "steps with one: First, Second" in wrong.err
