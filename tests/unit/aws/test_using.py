"""Who uses an environment may do what they are there for, and nothing else."""

from __future__ import annotations

import re

import pytest
from policy_sentry.querying.actions import get_action_data

from mlmax_pipelines.aws import policy
from mlmax_pipelines.aws.policy import Scope
from mlmax_pipelines.aws.using import USES

SCOPE = Scope("fraud-scoring-dev", "code", "aws", "eu-west-1", key="arn:aws:kms:::k")
WRITES = re.compile(r":(Put|Create|Update|Delete|Start|Stop|Redrive|Tag)")


def actions(who: str) -> set[str]:
    found = policy.of_users(who, SCOPE)
    return {a for one in found for s in one["Statement"] for a in s["Action"]}


@pytest.mark.parametrize("who", sorted(USES))
def test_every_action_exists(who: str) -> None:
    for action in actions(who):
        service, _, name = action.partition(":")
        assert get_action_data(service, name), action


def test_who_looks_writes_nothing() -> None:
    assert not [action for action in actions("look") if WRITES.search(action)]
    assert actions("look") < actions("run")
    assert actions("run") & actions("approve") == set()


# What AWS asks of all that there is, or not at all.
LISTED = (
    ["sagemaker:ListModels"],
    ["sagemaker:ListModelPackageGroups"],
    ["cloudformation:DescribeStacks"],
)


@pytest.mark.parametrize("who", sorted(USES))
def test_nothing_of_another_stack_is_reached(who: str) -> None:
    for document in policy.of_users(who, SCOPE):
        for one in document["Statement"]:
            for resource in one["Resource"]:
                own = (
                    "fraud-scoring-dev",
                    "fra-",
                    "code",
                    "kms",
                    "log-group:/aws/sage",
                )
                assert one["Action"] in LISTED or any(
                    name in resource for name in own
                ), resource
