"""The executions of a deployment: which ones there are, and which one a user means.

What comes in: `latest`, `<pipeline>/latest`, a name, `<pipeline>/<name>` or an ARN.
What goes out: answers of DescribeExecution and ListExecutions. Never: guesses between
two, or fetches a page that nobody asked for.
"""

from __future__ import annotations

import heapq
from collections.abc import Iterator, Mapping
from itertools import islice
from typing import Any

from mlmax_pipelines.aws.failures import Refused
from mlmax_pipelines.aws.session import Session
from mlmax_pipelines.backends.stepfunctions.deployment import Deployment
from mlmax_pipelines.backends.stepfunctions.trail import Trail
from mlmax_pipelines.base.errors import UsageError
from mlmax_pipelines.base.hints import question
from mlmax_pipelines.base.names import LATEST

_PAGE = 100
_NEAR = 100
Answer = Mapping[str, Any]


class Lookup:
    """Finds executions of the state machines of one stack."""

    def __init__(self, session: Session, deployment: Deployment, trail: Trail) -> None:
        self._session = session
        self._deployment = deployment
        self._trail = trail

    def newest(self, pipeline: str, status: str, limit: int) -> Iterator[Answer]:
        """Executions, newest first, of every pipeline or of one."""
        machines = self._deployment.machines
        chosen = [self._deployment.machine(pipeline)] if pipeline else machines.values()
        size = min(limit, _PAGE)
        found = (self._of(machine, status, size) for machine in chosen)
        merged = heapq.merge(*found, key=lambda item: -item["startDate"].timestamp())
        return islice(merged, limit)

    def _of(self, machine: str, status: str, size: int) -> Iterator[Answer]:
        more: dict[str, Any] = {"statusFilter": status} if status else {}
        while True:
            page = self._session.call(
                "stepfunctions",
                "list_executions",
                stateMachineArn=machine,
                maxResults=size,
                **more,
            )
            yield from page["executions"]
            if not page.get("nextToken"):
                return
            more["nextToken"] = page["nextToken"]

    def find(self, wanted: str) -> Answer:
        """The description of one. Raises UsageError when none or several fit."""
        pipeline, _, name = wanted.rpartition("/")
        if name == LATEST:
            return self._latest(pipeline)
        if wanted.startswith("arn:"):
            found = self._described(wanted)
            if found is None:
                raise UsageError(f"no execution '{wanted}'")
            return found
        machines = self._deployment.machines
        if pipeline:
            machines = {pipeline: self._deployment.machine(pipeline)}
        answers = {
            key: self._described(arn(machine, name))
            for key, machine in machines.items()
        }
        fitting = {key: answer for key, answer in answers.items() if answer}
        if len(fitting) == 1:
            return next(iter(fitting.values()))
        raise _several(name, fitting) if fitting else self._none(wanted)

    def _latest(self, pipeline: str) -> Answer:
        for item in self.newest(pipeline, "", 1):
            found = self._described(item["executionArn"])
            assert found is not None
            return found
        raise UsageError(
            "there is no execution yet",
            hint=f"'pipeline run {pipeline or 'NAME'}' starts one",
        )

    def _described(self, execution: str) -> Answer | None:
        try:
            found: Answer = self._session.call(
                "stepfunctions", "describe_execution", executionArn=execution
            )
        except Refused as error:
            if error.code == "ExecutionDoesNotExist":
                return self._trail.described(execution)
            if error.code == "InvalidArn":
                return None
            raise
        return found

    def _none(self, wanted: str) -> UsageError:
        names = [item["name"] for item in self.newest("", "", _NEAR)]
        asked = question(wanted.rpartition("/")[2], names)
        hint = asked or "'pipeline list' shows them"
        return UsageError(f"no execution '{wanted}'", hint=hint)


def arn(machine: str, name: str) -> str:
    """The ARN of an execution of a state machine."""
    return f"{machine.replace(':stateMachine:', ':execution:', 1)}:{name}"


def _several(name: str, found: Mapping[str, Answer]) -> UsageError:
    names = ", ".join(f"'{pipeline}/{name}'" for pipeline in found)
    return UsageError(
        f"'{name}' is the name of {len(found)} executions: {names}",
        hint="say which, with its pipeline",
    )
