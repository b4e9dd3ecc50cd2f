"""What an earlier stack left, as the record of its last deployment tells."""

from __future__ import annotations

import json
from dataclasses import replace
from types import SimpleNamespace
from typing import Any

import pytest

from mlmax_pipelines.aws import deployments, retained
from mlmax_pipelines.aws.retained import Kept
from mlmax_pipelines.base.errors import AwsError, UsageError
from mlmax_pipelines.project import adoption
from tests.unit.project.deployments import DEPLOYED

BUCKET = Kept(retained.BUCKET, "ml-data", "ArtifactBucket")
GROUP = Kept(retained.GROUP, "ml-cancer", "CancerModelGroup")
GONE = replace(DEPLOYED, status="DELETE_FAILED")


@pytest.fixture
def target(monkeypatch: pytest.MonkeyPatch) -> Any:
    """A deployment over a bucket that is there, and a group that is not."""
    record = {"project": "ours", "kept": [[*BUCKET], [*GROUP]]}
    monkeypatch.setattr(deployments, "latest", lambda *at: record)
    monkeypatch.setattr(retained, "is_there", lambda session, one: one == BUCKET)
    environment = SimpleNamespace(name="dev", project="ours")
    return SimpleNamespace(
        session=None,
        stack_name="ml",
        environment=environment,
        adopt=True,
        take_over=False,
        bucket_of=lambda stack: "code",
    )


@pytest.mark.parametrize("stack", [None, GONE])
def test_a_stack_made_anew_takes_in_what_is_there_still(
    target: Any, stack: Any
) -> None:
    assert adoption.adopted(target, stack) == (BUCKET,)
    target.adopt = False
    assert adoption.adopted(target, stack) == ()


def test_a_stack_that_is_made_says_itself_what_it_took_in(target: Any) -> None:
    assert adoption.adopted(target, DEPLOYED) == ()
    told = replace(DEPLOYED, outputs={"Adopted": json.dumps([GROUP])})
    assert adoption.adopted(target, told) == (GROUP,)
    wrong = replace(DEPLOYED, outputs={"Adopted": "[1]"})
    with pytest.raises(AwsError, match="output 'Adopted' of the stack is not readable"):
        adoption.adopted(target, wrong)


def test_nothing_left_is_nothing_to_take_in(
    target: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(deployments, "latest", lambda *at: None)
    with pytest.raises(UsageError, match="no earlier stack 'ml' left anything"):
        adoption.adopted(target, None)


def test_what_another_project_left_is_named(target: Any) -> None:
    target.environment.project = "other"
    with pytest.raises(AwsError, match="of project 'ours', left ml-data"):
        adoption.adopted(target, None)
    target.take_over = True
    assert adoption.adopted(target, None) == (BUCKET,)


def test_a_stack_is_not_made_beside_what_it_could_take_in(target: Any) -> None:
    plan: Any = SimpleNamespace(package=SimpleNamespace(bucket="code"))
    adoption.check(target, None, plan)
    target.adopt = False
    adoption.check(target, DEPLOYED, plan)
    with pytest.raises(AwsError, match="left ml-data: nothing was deployed") as told:
        adoption.check(target, None, plan)
    assert "pipeline deploy -e dev --bucket code --adopt" in str(told.value)
