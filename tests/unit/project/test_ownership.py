"""Whose a stack is, before a project deploys to it."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from mlmax_pipelines import __version__
from mlmax_pipelines.base.errors import AwsError, UsageError
from mlmax_pipelines.project import ownership
from tests.unit.project.deployments import DEPLOYED, Recorded, Someone


def by(tool: str) -> Any:
    return replace(DEPLOYED, parameters={**DEPLOYED.parameters, "ToolVersion": tool})


@pytest.mark.parametrize("tool", ["", "0.1.0", __version__])
def test_an_older_or_equal_release_s_stack_may_be_deployed_to(tool: str) -> None:
    target: Any = Recorded()
    ownership.check(target, by(tool), Someone())


def test_a_newer_release_s_stack_is_left_alone() -> None:
    target: Any = Recorded()
    with pytest.raises(
        AwsError, match="was deployed with mlmax-pipelines 99.1"
    ) as told:
        ownership.check(target, by("99.1"), Someone())
    assert "pip install 'mlmax-pipelines>=99.1'" in str(told.value)


def test_nobody_s_stack_is_taken_by_who_says_so() -> None:
    target: Any = Recorded(orphan=True)
    person = Someone(True)
    ownership.check(target, DEPLOYED, person)
    with pytest.raises(UsageError, match="nothing says whose stack 'ml' is") as told:
        ownership.check(target, DEPLOYED, Someone(False))
    assert "--take-over" in str(told.value)
    target.take_over = True
    ownership.check(target, DEPLOYED, Someone(False))


def test_a_first_deployment_has_nobody_to_ask() -> None:
    target: Any = Recorded(orphan=True)
    ownership.check(target, None, Someone(False))
