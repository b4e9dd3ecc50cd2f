"""A stack that cannot be updated as it is: what is offered, and what is done."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from mlmax_pipelines.aws.stacks import Stack
from mlmax_pipelines.base.errors import AwsError
from mlmax_pipelines.project.settled import settled
from tests.unit.project.deployments import DEPLOYED, Recorded, Someone


def settle(
    recorded: Recorded, status: str, person: Someone | None = None
) -> Stack | None:
    stack = replace(DEPLOYED, status=status, reason="no such role")
    deployment: Any = recorded
    return settled(deployment, stack, person or Someone())


@pytest.mark.parametrize(
    "status", ["CREATE_COMPLETE", "UPDATE_ROLLBACK_COMPLETE", "REVIEW_IN_PROGRESS"]
)
def test_a_stack_in_order_is_left_alone(status: str) -> None:
    recorded = Recorded()
    found = settle(recorded, status)
    assert found is not None and found.status == status
    assert recorded.asked == []


@pytest.mark.parametrize(
    "status", ["ROLLBACK_COMPLETE", "ROLLBACK_FAILED", "CREATE_FAILED", "DELETE_FAILED"]
)
def test_what_can_only_be_deleted_is_deleted(status: str) -> None:
    recorded = Recorded("DELETE_COMPLETE")
    assert settle(recorded, status) is None
    assert recorded.asked == ["delete"]


def test_a_stack_that_cannot_be_deleted_stops_the_deployment() -> None:
    with pytest.raises(AwsError, match="'ml' cannot be deleted: in use"):
        settle(Recorded("DELETE_FAILED"), "ROLLBACK_COMPLETE")


def test_a_rollback_that_failed_goes_on() -> None:
    recorded = Recorded("UPDATE_ROLLBACK_COMPLETE")
    found = settle(recorded, "UPDATE_ROLLBACK_FAILED")
    assert found is not None and found.status == "UPDATE_ROLLBACK_COMPLETE"
    assert recorded.asked == ["continue", "stack"]


def test_a_rollback_that_fails_again_says_what_else_there_is() -> None:
    with pytest.raises(AwsError, match="failed again: in use") as caught:
        settle(Recorded("UPDATE_ROLLBACK_FAILED"), "UPDATE_ROLLBACK_FAILED")
    assert "skip that resource" in str(caught.value)


@pytest.mark.parametrize("status", ["UPDATE_IN_PROGRESS", "DELETE_IN_PROGRESS"])
def test_a_busy_stack_is_waited_for(status: str) -> None:
    recorded = Recorded()
    assert settle(recorded, status) == DEPLOYED
    assert recorded.asked == ["wait"]


@pytest.mark.parametrize(
    ("status", "question"),
    [
        ("ROLLBACK_COMPLETE", "was never created"),
        ("DELETE_FAILED", "is half gone"),
        ("UPDATE_ROLLBACK_FAILED", "is stuck"),
        ("UPDATE_IN_PROGRESS", "is busy"),
    ],
)
def test_a_person_is_asked_first(status: str, question: str) -> None:
    recorded, person = Recorded(), Someone(answer=False)
    with pytest.raises(AwsError, match=question) as caught:
        settle(recorded, status, person)
    assert question in person.asked[0]
    assert caught.value.problem.hint
    assert recorded.asked == []
