"""Executions on AWS: Step Functions runs them, SageMaker their jobs.

What comes in: compiled pipelines, inputs, names of executions. What goes out: records,
events, logs and artifacts, as AWS has them. Never: changes what is deployed, or keeps
anything on this machine. boto3 is reached through `aws.session` alone.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from mlmax_pipelines.artifacts.contract import Artifact
from mlmax_pipelines.artifacts.s3 import Store
from mlmax_pipelines.asl.history import HistoryEvent
from mlmax_pipelines.aws import foreign
from mlmax_pipelines.aws.failures import Refused
from mlmax_pipelines.aws.session import Session
from mlmax_pipelines.backends import refusals
from mlmax_pipelines.backends.contract import ExecutionRecord, LogLine, Origin, Version
from mlmax_pipelines.backends.stepfunctions import console
from mlmax_pipelines.backends.stepfunctions.deployment import Deployment
from mlmax_pipelines.backends.stepfunctions.history import History
from mlmax_pipelines.backends.stepfunctions.logs import Logs
from mlmax_pipelines.backends.stepfunctions.lookup import Lookup, arn
from mlmax_pipelines.backends.stepfunctions.patience import Patience
from mlmax_pipelines.backends.stepfunctions.records import record
from mlmax_pipelines.backends.stepfunctions.trail import Trail, placed
from mlmax_pipelines.base import layout
from mlmax_pipelines.base.errors import AwsError, UsageError
from mlmax_pipelines.base.limits import STOP_CAUSE
from mlmax_pipelines.base.names import (
    check_execution_name,
    execution_name,
    execution_tag,
    jobs_owner,
    jobs_prefix,
    pipeline_of,
)
from mlmax_pipelines.compiled import CompiledPipeline
from mlmax_pipelines.environment import Environment
from mlmax_pipelines.registry.sagemaker import models

_SERVICE = "stepfunctions"


def make(
    root: Path, environment: Environment, tell: Callable[[str], None], listener: str
) -> StepFunctionsBackend:
    """See `backends.make`; no execution runs here that could call `listener`."""
    return StepFunctionsBackend(
        environment, Session(environment.region, environment), tell
    )


class StepFunctionsBackend:
    """The backend of environments with `backend: stepfunctions`.

    `tell` gets lines about what takes long or goes wrong on the way.
    """

    ends_with_caller = False
    tells_listeners = False

    def __init__(
        self,
        environment: Environment,
        session: Session,
        tell: Callable[[str], None] = lambda line: None,
    ) -> None:
        self._environment = environment
        self._session = session
        self._tell = tell
        self._deployment = Deployment(environment, session)
        self._store = Store(session, tell)
        self._trail = Trail(session, self._deployment, self._store)
        self._lookup = Lookup(session, self._deployment, self._trail)
        self._histories: dict[str, History] = {}
        self._definitions: dict[str, Mapping[str, Any]] = {}
        self._logs = Logs(session, self._history)

    def _warn(self, pipeline: CompiledPipeline, input: Mapping[str, Any]) -> None:
        """Tell of buckets that the input names and that jobs may not read."""
        for bucket, text in foreign.of_input(self._environment, pipeline, input):
            own = (self._deployment.artifact_bucket, self._deployment.code_bucket)
            if bucket not in own:
                self._tell(f"warning: {text}")

    def start(
        self, pipeline: CompiledPipeline, input: Mapping[str, Any], name: str = ""
    ) -> ExecutionRecord:
        """As on this machine: the name of an execution that runs, with the same input,
        starts nothing; any other name that is taken is refused."""
        if name:
            check_execution_name(name)
        machine = self._deployment.machine(pipeline.name)
        self._warn(pipeline, input)
        name = name or execution_name(pipeline.name)
        try:
            answer = self._session.call(
                _SERVICE,
                "start_execution",
                stateMachineArn=machine,
                name=name,
                input=json.dumps(input),
            )
        except Refused as error:
            if error.code != "ExecutionAlreadyExists":
                raise
            found = self.describe(arn(machine, name))
            return refusals.unless_same(found, dict(input))
        self._trail.claim(answer["executionArn"], self.caller, self._tell)
        return ExecutionRecord(
            id=answer["executionArn"],
            name=name,
            pipeline=pipeline.name,
            environment=self._environment.name,
            status="RUNNING",
            start_time=answer["startDate"].timestamp(),
            input=dict(input),
        )

    def prepare(self) -> None:
        """Nothing of the execution is here."""

    def upload(self, path: Path) -> str:
        if not path.exists():
            raise UsageError(f"no file or folder '{path}' to upload")
        return self._store.put_data(path, self._deployment.code_bucket)

    def describe(self, execution: str) -> ExecutionRecord:
        return self._record(self._lookup.find(execution))

    def list(
        self, pipeline: str = "", status: str = "", limit: int = 20
    ) -> Sequence[ExecutionRecord]:
        found = self._lookup.newest(pipeline, status, limit)
        return [self._record(answer) for answer in found]

    def _record(self, answer: Mapping[str, Any]) -> ExecutionRecord:
        return record(answer, self._environment.name, self._deployment.stack)

    # History

    def events(self, execution: str, follow: bool = False) -> Iterator[HistoryEvent]:
        if self._id(execution) in self._trail.past:
            return iter(())
        history = self._history(execution)
        if follow:
            return history.follow(self._patience(execution))
        return iter(history.current())

    def _history(self, execution: str) -> History:
        found = self._id(execution)
        return self._histories.setdefault(found, History(self._session, found))

    def _id(self, execution: str) -> str:
        """The ARN; nothing is asked for one."""
        if execution.startswith("arn:"):
            return execution
        return self.describe(execution).id

    def _patience(self, execution: str) -> Patience:
        name = execution.rpartition(":")[2]
        again = f"pipeline status {name} -e {self._environment.name} --follow"
        return Patience(self._tell, self._session.renew, again)

    def definition(self, execution: str) -> Mapping[str, Any]:
        """Fetched once: what an execution runs never changes."""
        id = self._id(execution)
        if id not in self._definitions:
            self._definitions[id] = self._definition(id)
        return self._definitions[id]

    def _definition(self, id: str) -> Mapping[str, Any]:
        if id in self._trail.past:
            return self._trail.definition(id)
        found = self._session.call(
            *(_SERVICE, "describe_state_machine_for_execution"), executionArn=id
        )
        definition: Mapping[str, Any] = json.loads(found["definition"])
        return definition

    def models_left(self, pipelines: Collection[str]) -> Sequence[str]:
        owner = jobs_owner(self._deployment.stack)
        return models(self._session, [jobs_prefix(owner, one) for one in pipelines])

    # Logs

    def logs(
        self, execution: str, state: str = "", after: int = 0
    ) -> Iterator[LogLine]:
        return self._logs.lines(self._id(execution), state, after)

    def logged(self, execution: str) -> Sequence[str]:
        jobs = self._logs.jobs(self._id(execution))
        return list(dict.fromkeys(job.visit for job in jobs))

    def log_end(self, execution: str, state: str, most: int) -> Sequence[str]:
        return self._logs.end(self._id(execution), state, most)

    def log_location(self, execution: str, state: str) -> str:
        found = self._id(execution)
        job = self._logs.job(found, state)
        if job is None:
            raise UsageError(f"state '{state}' of '{execution}' has no log")
        return console.log(found, job.kind.log_group, f"{job.name}/")

    def link(self, execution: str, state: str = "") -> str:
        found = self._id(execution)
        if not state:
            return console.execution(found)
        job = self._logs.job(found, state)
        return console.job(found, job.kind.console, job.name) if job else ""

    # End, and what is left

    def stop(self, execution: str, cause: str) -> None:
        try:
            self._session.call(
                *(_SERVICE, "stop_execution"),
                executionArn=self._id(execution),
                cause=cause[:STOP_CAUSE],
            )
        except Refused:
            # It may have ended before the call came through.
            if self.describe(execution).status == "RUNNING":
                raise

    def redrive(self, execution: str, pipeline: CompiledPipeline) -> ExecutionRecord:
        found = self.describe(execution)
        history = self._history(found.id)
        history.refresh()
        try:
            self._session.call(_SERVICE, "redrive_execution", executionArn=found.id)
        except Refused as error:
            if error.code == "ExecutionNotRedrivable":
                raise refusals.not_redrivable(found.name, error.text) from error
            raise
        history.reopen()
        return replace(found, status="RUNNING", stop_time=None, error=None, cause=None)

    def artifacts(self, execution: str, anew: bool = False) -> Sequence[Artifact]:
        base = self._base(execution)
        return placed(self._store.list(base), base)

    def objects(self, uri: str) -> Sequence[Artifact]:
        return list(self._store.list(uri))

    def fetch(self, uri: str, to: Path) -> Path:
        return self._store.fetch(uri, to)

    def keep(
        self, execution: str, name: str, content: bytes, sealed: bool = False
    ) -> str:
        uri = f"{self._base(execution)}{name}"
        self._store.write(uri, content)
        return uri

    def kept(self, execution: str, name: str) -> bytes | None:
        return self._store.read(f"{self._base(execution)}{name}")

    def versions(self, execution: str, name: str) -> Sequence[Version]:
        """The bucket has them all, each with the checksum it was written with."""
        found = self._store.versions(f"{self._base(execution)}{name}")
        return [Version(content, sha256) for content, sha256 in found]

    def origin(self, record: ExecutionRecord, model: str = "") -> Origin:
        try:
            definition = self.definition(record.id)
        except AwsError:
            definition = None
        found = self._trail.origin(record.id, record.start_time, definition)
        return found._replace(approver=self._trail.approver(model) if model else "")

    def recorded(self, record: ExecutionRecord) -> Sequence[Artifact] | None:
        found = self._trail.objects(record.id)
        return None if found is None else placed(found, self._base(record.id))

    def caller(self) -> str:
        return self._session.identity.arn

    def _base(self, execution: str) -> str:
        found = self._id(execution)
        pipeline = pipeline_of(found, self._deployment.stack)
        key = layout.execution(pipeline, execution_tag(found.rpartition(":")[2]))
        return layout.uri(self._deployment.artifact_bucket, key)
