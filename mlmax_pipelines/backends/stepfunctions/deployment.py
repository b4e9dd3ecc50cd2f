"""What an environment's stack holds: state machines and buckets.

What comes in: an environment. What goes out: ARNs and names, from one DescribeStacks
call made when first asked for. Never: changes a stack.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cached_property
from typing import Any

from mlmax_pipelines.aws.failures import Refused
from mlmax_pipelines.aws.session import Session
from mlmax_pipelines.backends.stepfunctions.records import pipeline_of
from mlmax_pipelines.environment import Environment
from mlmax_pipelines.errors import AwsError, UsageError

_MACHINE = "StateMachineArn"


class Deployment:
    """The root stack of one environment."""

    def __init__(self, environment: Environment, session: Session) -> None:
        self._environment = environment
        self._session = session
        self.stack = environment.stack or f"mlmax-{environment.name}"

    @cached_property
    def machines(self) -> Mapping[str, str]:
        """Pipeline -> ARN of its state machine. Raises AwsError when not deployed."""
        arns = [v for k, v in self._outputs.items() if k.endswith(_MACHINE)]
        return {pipeline_of(arn, self.stack): arn for arn in arns}

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
        return self._one(self._outputs, "ArtifactBucket")

    @property
    def code_bucket(self) -> str:
        """Where code and data lie that jobs read."""
        return self._one(self._parameters, "CodeBucket")

    @cached_property
    def tags(self) -> Mapping[str, str]:
        """The tags of the stack."""
        return {tag["Key"]: tag["Value"] for tag in self._described.get("Tags", ())}

    @property
    def _deploy(self) -> str:
        return f"'./deploy.sh {self._environment.name} BUCKET' deploys it"

    @cached_property
    def _described(self) -> Mapping[str, Any]:
        try:
            found = self._session.call(
                "cloudformation", "describe_stacks", StackName=self.stack
            )
        except Refused as error:
            if error.code == "ValidationError" and "does not exist" in error.text:
                raise AwsError(
                    f"environment '{self._environment.name}' is not deployed: there is "
                    f"no stack '{self.stack}' in region '{self._session.region}'",
                    hint=self._deploy,
                ) from None
            raise
        stack: Mapping[str, Any] = found["Stacks"][0]
        return stack

    @cached_property
    def _outputs(self) -> Mapping[str, str]:
        items = self._described.get("Outputs", ())
        return {item["OutputKey"]: item["OutputValue"] for item in items}

    @cached_property
    def _parameters(self) -> Mapping[str, str]:
        items = self._described.get("Parameters", ())
        return {item["ParameterKey"]: item["ParameterValue"] for item in items}

    def _one(self, values: Mapping[str, str], name: str) -> str:
        if name in values:
            return values[name]
        status = self._described.get("StackStatus", "unknown")
        raise AwsError(
            f"stack '{self.stack}' has no '{name}' (its status is {status})",
            hint=self._deploy,
        )
