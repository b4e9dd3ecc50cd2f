"""An operation of CloudFormation's, told to a person until it is over."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from mlmax_pipelines.aws.events import Event
from mlmax_pipelines.base.errors import AwsError
from mlmax_pipelines.project.person import followed
from tests.unit.project.deployments import Someone, event


def breaking_off(error: BaseException) -> Iterator[Event]:
    yield event("UPDATE_IN_PROGRESS")
    raise error


def test_every_event_is_told_and_kept() -> None:
    person = Someone()
    events = [event("CREATE_COMPLETE", "Bucket"), event("CREATE_COMPLETE")]
    assert followed(person, events, "ml", 1) == events
    assert person.heard == ["Bucket CREATE_COMPLETE", "ml CREATE_COMPLETE"]


def test_who_stops_watching_is_told_that_it_goes_on() -> None:
    person = Someone()
    with pytest.raises(KeyboardInterrupt):
        followed(person, breaking_off(KeyboardInterrupt()), "ml")
    assert "CloudFormation goes on with stack 'ml'" in person.heard[-1]


def test_when_aws_cannot_be_asked_any_more_it_says_what_to_do() -> None:
    with pytest.raises(AwsError, match="lost sight of stack 'ml'.*: no network") as e:
        followed(Someone(), breaking_off(AwsError("no network")), "ml")
    assert e.value.problem.hint.startswith("rerun the command")
