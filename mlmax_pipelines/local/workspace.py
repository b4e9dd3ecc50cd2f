"""What the tasks of one execution may use: store, registry, folders, code.

What comes in: the paths of one environment and one execution. What goes out: the
object every task handler gets. Never: does anything by itself.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

from mlmax_pipelines.artifacts.disk import Store
from mlmax_pipelines.local.logs import Logs
from mlmax_pipelines.registry.local import Registry

if TYPE_CHECKING:
    from mlmax_pipelines.compiled import MetricsFile
    from mlmax_pipelines.interpreter.contract import TaskRequest
    from mlmax_pipelines.local.orders import Function

PARTITION = "aws"
REGION = "us-east-1"
ACCOUNT = "000000000000"


def arn(service: str, resource: str) -> str:
    """The ARN that a resource has on this machine."""
    region = "" if service == "iam" else REGION
    return f"arn:{PARTITION}:{service}:{region}:{ACCOUNT}:{resource}"


def execution_id(machine: str, name: str) -> str:
    """The ARN of an execution; `machine` is the ARN of its state machine."""
    prefix, _, machine_name = machine.rpartition(":")
    return f"{prefix.removesuffix('stateMachine')}execution:{machine_name}:{name}"


class StartNested(Protocol):
    """Runs another state machine to its end: (ARN, name, input, request) -> what
    DescribeExecution answers."""

    def __call__(
        self, machine: str, name: str, input: Any, request: TaskRequest
    ) -> Mapping[str, Any]: ...


@dataclass(frozen=True)
class Workspace:
    """`services` keeps what small services store; `folder` is the execution's own.

    `functions` maps a Lambda function's ARN to it; `metrics` a state that reads a
    metrics file to what that must be. `job_profile` is the AWS profile that jobs act
    with, "" for none.
    """

    store: Store
    registry: Registry
    services: Path
    folder: Path
    logs: Logs
    functions: Mapping[str, Function]
    start_nested: StartNested
    handlers: Mapping[str, str] = field(default_factory=dict)
    metrics: Mapping[str, MetricsFile] = field(default_factory=dict)
    job_profile: str = ""
    secrets: Mapping[str, Sequence[str]] = field(default_factory=dict)

    def secret_values(self, state: str) -> dict[str, str]:
        """What the code of a state is given of the caller's environment. For the
        process's own eyes: it is written nowhere."""
        names = self.secrets.get(state, ())
        return {name: os.environ[name] for name in names if name in os.environ}


# Answers one resource: the task's raw result, or StateError.
Handler = Callable[["TaskRequest", Workspace], Any]
