"""A stack that cannot be updated as it is: what is offered, and what is done."""

from __future__ import annotations

import io
from collections.abc import Iterator
from dataclasses import replace
from types import SimpleNamespace
from typing import Any

import pytest

from mlmax_pipelines.aws.events import Event
from mlmax_pipelines.aws.stacks import Stack
from mlmax_pipelines.base.errors import AwsError, UsageError
from mlmax_pipelines.cli import target

DEPLOYED = Stack("ml", "arn:ml", "CREATE_COMPLETE", "", {}, {}, {})


class Recorded:
    """A deployment that remembers what was asked of it; operations end in `ends`."""

    def __init__(self, ends: str = "DELETE_COMPLETE") -> None:
        self.ends, self.asked = ends, list[str]()
        self.environment = SimpleNamespace(name="dev")

    def _event(self) -> Iterator[Event]:
        kind = "AWS::CloudFormation::Stack"
        yield Event("1", "", "", "ml", kind, self.ends, "in use", "arn:ml", True)

    def delete(self, stack: Stack) -> Iterator[Event]:
        self.asked.append("delete")
        return self._event()

    def continue_rollback(self, stack: Stack) -> Iterator[Event]:
        self.asked.append("continue")
        return self._event()

    def wait(self, stack: Stack) -> Stack:
        self.asked.append("wait")
        return DEPLOYED

    def stack(self) -> Stack:
        return replace(DEPLOYED, status="UPDATE_ROLLBACK_COMPLETE")


def settle(recorded: Recorded, status: str, yes: bool = True) -> Stack | None:
    stack = replace(DEPLOYED, status=status, reason="no such role")
    deployment: Any = recorded
    return target.settled(deployment, stack, yes)


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
    recorded = Recorded()
    assert settle(recorded, status) is None
    assert recorded.asked == ["delete"]


def test_a_stack_that_cannot_be_deleted_stops_the_deployment() -> None:
    with pytest.raises(AwsError, match="'ml' cannot be deleted: in use"):
        settle(Recorded("DELETE_FAILED"), "ROLLBACK_COMPLETE")


def test_a_rollback_that_failed_goes_on() -> None:
    recorded = Recorded("UPDATE_ROLLBACK_COMPLETE")
    found = settle(recorded, "UPDATE_ROLLBACK_FAILED")
    assert found is not None and found.status == "UPDATE_ROLLBACK_COMPLETE"
    assert recorded.asked == ["continue"]


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
        ("UPDATE_ROLLBACK_FAILED", "is stuck"),
        ("UPDATE_IN_PROGRESS", "is busy"),
    ],
)
def test_a_person_is_asked_first(
    monkeypatch: pytest.MonkeyPatch, status: str, question: str
) -> None:
    asked: list[str] = []
    monkeypatch.setattr(
        target.click, "confirm", lambda text, err: bool(asked.append(text))
    )
    recorded = Recorded()
    with pytest.raises(AwsError, match=question) as caught:
        settle(recorded, status, yes=False)
    assert question in asked[0]
    assert caught.value.problem.hint
    assert recorded.asked == []


def test_where_nobody_is_there_to_ask_nothing_is_done(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("sys.stdin", io.StringIO())
    with pytest.raises(UsageError, match="nobody answered"):
        settle(Recorded(), "ROLLBACK_COMPLETE", yes=False)
