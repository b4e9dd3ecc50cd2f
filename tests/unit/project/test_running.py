"""Executions that a deployment would hurt: told of, and waited for."""

from __future__ import annotations

from dataclasses import replace
from types import SimpleNamespace
from typing import Any

import pytest

from mlmax_pipelines.aws.changes import MACHINE, ResourceChange, Review
from mlmax_pipelines.aws.permissions import Permissions, Statement
from mlmax_pipelines.aws.views import Name
from mlmax_pipelines.project import running
from tests.unit.project.deployments import DEPLOYED, Someone, review

LESS = Statement("Training/ExecutionRole", "", True, ("s3:GetObject",), ("*",), "")
GONE = ResourceChange(Name("Training", "StateMachine"), MACHINE, "removed")


class Session:
    """A stack with one pipeline, of which so many executions run."""

    def __init__(self, runs: int) -> None:
        self.runs = runs

    def pages(self, service: str, operation: str, **given: str) -> list[Any]:
        if operation == "list_executions":
            return [{"executions": [{}] * self.runs}]
        machine = {"ResourceType": MACHINE, "PhysicalResourceId": "arn:x:ml-training"}
        stack = {
            "LogicalResourceId": "Training",
            "ResourceType": "AWS::CloudFormation::Stack",
            "PhysicalResourceId": "nested",
        }
        found = machine if given["StackName"] == "nested" else stack
        return [{"StackResourceSummaries": [found]}]


@pytest.mark.parametrize(
    ("changes", "hurts"),
    [
        (review(), False),
        (review(permissions=Permissions((LESS,), ())), False),
        (review(permissions=Permissions((), (LESS,))), True),
        (review(resources=(GONE,)), True),
        (review(resources=(replace(GONE, kind="changed"),)), False),
    ],
)
def test_only_what_goes_hurts(changes: Review, hurts: bool) -> None:
    session: Any = Session(2)
    found = running.hurt(session, DEPLOYED, changes)
    assert found == ({"ml-training": 2} if hurts else {})
    idle: Any = Session(0)
    assert running.hurt(idle, DEPLOYED, changes) == {}


def test_it_is_said_in_words() -> None:
    assert running.told({}) == "" and running.note({}) == ()
    assert running.told({"a": 1}) == "1 execution of a runs"
    assert running.told({"a": 1, "b": 2}) == "1 execution of a, 2 executions of b run"
    assert "'--when-idle' waits" in running.note({"a": 1})[0]


def test_it_is_waited_for_if_told_to() -> None:
    counts = [{"a": 2}, {"a": 2}, {"a": 1}, {}]
    slept: list[float] = []
    target: Any = SimpleNamespace(
        when_idle=True, hurt=lambda *at: counts.pop(0), sleep=slept.append
    )
    person = Someone()
    running.waited(target, DEPLOYED, None, person)  # type: ignore[arg-type]
    assert len(slept) == 3
    assert [line.split(" with ")[0] for line in person.heard] == [
        "waiting: 2 executions of a run",
        "waiting: 1 execution of a runs",
    ]
    target.when_idle = False
    running.waited(target, DEPLOYED, None, person)  # type: ignore[arg-type]
