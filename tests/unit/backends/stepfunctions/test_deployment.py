from __future__ import annotations

from typing import Any

import pytest

from mlmax_pipelines.backends.stepfunctions.deployment import Deployment
from mlmax_pipelines.base.errors import AwsError, UsageError
from mlmax_pipelines.environment import Environment


def test_a_stack_tells_its_state_machines_and_buckets(dev: Any) -> None:
    deployment = Deployment(dev.environment, dev.session)
    assert sorted(deployment.machines) == ["quick", "slow"]
    assert deployment.machine("quick").endswith(":stateMachine:ml-quick")
    assert deployment.artifact_bucket == dev.bucket
    assert deployment.code_bucket == dev.bucket
    assert dev.session.calls == {"cloudformation:DescribeStacks": 1}


def test_a_pipeline_that_is_not_deployed_is_told_with_those_that_are(dev: Any) -> None:
    with pytest.raises(UsageError, match="has: 'quick', 'slow'"):
        Deployment(dev.environment, dev.session).machine("none")


def test_an_environment_without_a_stack_is_not_deployed(dev: Any) -> None:
    other = Deployment(Environment("test", "stepfunctions"), dev.session)
    assert other.stack == "mlmax-test"
    with pytest.raises(AwsError, match="'test' is not deployed"):
        other.machine("quick")
