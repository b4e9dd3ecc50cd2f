"""`pipeline redrive`."""

from __future__ import annotations

from pathlib import Path

from tests.unit.cli.conftest import Pipeline


def test_one_that_failed_goes_on_and_fails_again(
    project: Path, pipeline: Pipeline
) -> None:
    pipeline(project, "run", "small", "--name", "one", "-i", "fail=true")
    again = pipeline(project, "redrive", "one")
    assert again.code == 4 and "'one' ended FAILED: step 'Second'" in again.err
    going = pipeline(project, "redrive", "one", "--no-wait")
    assert going.out == "one\n" and "'pipeline status one' shows how" in going.err
    assert pipeline(project, "status", "one", "--follow").code == 0


def test_one_that_succeeded_stays_as_it_is(ran: Path, pipeline: Pipeline) -> None:
    refused = pipeline(ran, "redrive", "good")
    assert refused.code == 2 and "it is SUCCEEDED" in refused.err
