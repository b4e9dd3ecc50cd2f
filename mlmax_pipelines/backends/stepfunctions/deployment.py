"""What an environment's stack holds: state machines and buckets.

What comes in: an environment. What goes out: ARNs and names, from one DescribeStacks
call made when first asked for. Never: changes a stack.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cached_property

from mlmax_pipelines.aws import stacks
from mlmax_pipelines.aws.session import Session
from mlmax_pipelines.aws.stacks import Stack
from mlmax_pipelines.base.errors import AwsError, UsageError
from mlmax_pipelines.base.names import pipeline_of
from mlmax_pipelines.environment import Environment


class Deployment:
    """The root stack of one environment."""

    def __init__(self, environment: Environment, session: Session) -> None:
        self._environment = environment
        self._session = session
        self.stack = environment.stack_name

    @cached_property
    def machines(self) -> Mapping[str, str]:
        """Pipeline -> ARN of its state machine. Raises AwsError when not deployed."""
        found = self._described.machines
        return {pipeline_of(arn, self.stack): arn for arn in found}

    def machine(self, pipeline: str) -> str:
        """The state machine of one pipeline. Raises UsageError when it has none."""
        if pipeline in self.machines:
            return self.machines[pipeline]
        there = ", ".join(f"'{name}'" for name in self.machines) or "none"
        raise UsageError(
            f"pipeline '{pipeline}' is not deployed in environment "
            f"'{self._environment.name}' (stack '{self.stack}' has: {there})",
            hint=self._deploy,
        )

    @property
    def artifact_bucket(self) -> str:
        """Where executions write."""
        return self._one(self._described.outputs, "ArtifactBucket")

    @property
    def code_bucket(self) -> str:
        """Where code and data lie that jobs read."""
        return self._one(self._described.parameters, "CodeBucket")

    @cached_property
    def _described(self) -> Stack:
        return stacks.deployed(self._session, self._environment)

    @property
    def _deploy(self) -> str:
        return f"'./deploy.sh {self._environment.name} BUCKET' deploys it"

    def _one(self, values: Mapping[str, str], name: str) -> str:
        if name in values:
            return values[name]
        raise AwsError(
            f"stack '{self.stack}' has no '{name}' "
            f"(its status is {self._described.status})",
            hint=self._deploy,
        )
