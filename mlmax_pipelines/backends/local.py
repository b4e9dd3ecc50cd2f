"""Executions on this machine: the compiled definition, interpreted in a process.

What comes in: compiled pipelines, inputs, names of executions. What goes out: records,
events, logs and artifacts, from files below `.mlmax/<environment>`. Never: talks to
AWS, or runs anything in the caller's own process.

Every execution has a process of its own, whoever waits for it: so there is one way to
run, follow and stop, and an execution goes on when the terminal it was started from is
closed. That process is a fork of the caller's (see `local.detach`).
"""

from __future__ import annotations

import os
import re
import secrets
import signal
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import fields
from pathlib import Path
from typing import Any

from mlmax_pipelines.asl.canonical import digest
from mlmax_pipelines.asl.history import HistoryEvent
from mlmax_pipelines.backends.base import Artifact, ExecutionRecord
from mlmax_pipelines.compiled import CompiledPipeline, DataFile
from mlmax_pipelines.environment import Environment
from mlmax_pipelines.errors import Problem, SpecError, UsageError, Where
from mlmax_pipelines.local import (
    archives,
    detach,
    provenance,
    runner,
    substitutions,
    tail,
)
from mlmax_pipelines.local.executions import Executions, Folder
from mlmax_pipelines.local.files import write_json
from mlmax_pipelines.local.store import BUCKET, SCHEME, Store, split

# AWS page "StartExecution": 1 to 80 characters; these are safe in paths as well.
_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.-]{0,79}")
_NAME_LENGTH = 80
_RANDOM = "abcdefghijkmnpqrstuvwxyz23456789"
_DATA = re.compile(rf"{SCHEME}{BUCKET}/data/([0-9a-f]{{64}})/.*")
# How long a run may take to end its jobs before it is killed itself.
_STOP_SECONDS = 20.0
_LOOK_SECONDS = 0.01
_FIELDS = {field.name for field in fields(ExecutionRecord)}


class LocalBackend:
    """The backend of environments with `backend: local`.

    `handlers` adds task resources: resource -> `module:function` (see `local.tasks`).
    """

    def __init__(
        self,
        root: Path,
        environment: Environment,
        handlers: Mapping[str, str] | None = None,
    ) -> None:
        self._root = root.resolve()
        self._environment = environment
        self._handlers = dict(handlers or {})
        self._home = self._root / ".mlmax" / environment.name
        self._store = Store(self._home / "s3")
        self._executions = Executions(self._home / "executions")

    def start(
        self, pipeline: CompiledPipeline, input: Mapping[str, Any], name: str = ""
    ) -> ExecutionRecord:
        git = provenance.GitState(self._root)
        plan = self._plan(pipeline)
        folder, existing = self._folder(pipeline, input, name)
        if existing is not None:
            return existing
        lock = folder.hold()
        try:
            record = self._new_record(pipeline, input, folder, plan)
            record["provenance"].update(git.read())
            folder.write(record)
            write_json(folder.path / "definition.json", plan.definition)
            detach.start(
                lambda stop: runner.run(folder, plan, stop),
                lock,
                folder.path / "runner.log",
            )
        finally:
            os.close(lock)
        return ExecutionRecord(**record)

    def _plan(self, pipeline: CompiledPipeline) -> runner.Plan:
        """Everything a run needs, with all that can be wrong found before it starts."""
        files = self._ship(pipeline)
        code = self._store.put_code(self._root, pipeline.code) if pipeline.code else ""
        values = substitutions.values(pipeline, self._environment, code, files)
        machine = f"mlmax-{self._environment.name}-{pipeline.name}"
        return runner.Plan(
            home=self._home,
            machine=substitutions.machine_arn(machine),
            definition=substitutions.resolve(pipeline.definition, values),
            machines={
                substitutions.machine_arn(part.name): substitutions.resolve(
                    part.definition, values
                )
                for part in pipeline.parts
            },
            functions={
                substitutions.function_arn(item.name): item
                for item in pipeline.functions
            },
            code=code,
            handlers=self._handlers,
        )

    def _ship(self, pipeline: CompiledPipeline) -> dict[str, str]:
        """Upload the project's files that are defaults of parameters; their URIs.

        Raises SpecError naming every file or code folder that is missing.
        """
        shipped = [
            item
            for item in pipeline.substitutions.values()
            if isinstance(item, DataFile)
        ]
        problems = [
            Problem(
                f"no file '{item.path}', the default of parameter '{item.parameter}'",
                Where(f"pipelines/{pipeline.name}.yaml"),
            )
            for item in shipped
            if not (self._root / item.path).exists()
        ]
        problems += [
            Problem(f"no folder '{folder}' with the code of '{pipeline.name}'")
            for folder in pipeline.code
            if not (self._root / folder).is_dir()
        ]
        if problems:
            raise SpecError(problems)
        return {item.path: self.upload(self._root / item.path) for item in shipped}

    def _folder(
        self, pipeline: CompiledPipeline, input: Mapping[str, Any], name: str
    ) -> tuple[Folder, ExecutionRecord | None]:
        """A new folder, or the record of the execution that already runs.

        As StartExecution has it: the name of one that runs, with the same input,
        starts nothing; any other name that is taken is refused.
        """
        if name and not _NAME.fullmatch(name):
            raise UsageError(
                f"'{name}' cannot be the name of an execution",
                hint="up to 80 letters, digits, '-', '_' and '.', no sign first",
            )
        folder = self._executions.folder(pipeline.name, name or _made_up(pipeline.name))
        folder.path.parent.mkdir(parents=True, exist_ok=True)
        try:
            folder.path.mkdir()
            return folder, None
        except FileExistsError:
            record = _record(folder)
        if record.status == "RUNNING" and record.input == dict(input):
            return folder, record
        raise UsageError(
            f"execution '{name}' of '{pipeline.name}' already exists: it is "
            f"{record.status}" + (", with another input" * (record.input != input)),
            hint="choose another --name, or none",
        )

    def _new_record(
        self,
        pipeline: CompiledPipeline,
        input: Mapping[str, Any],
        folder: Folder,
        plan: runner.Plan,
    ) -> dict[str, Any]:
        data = {name: _data_digest(value) for name, value in input.items()}
        return {
            "id": runner.execution_id(plan.machine, folder.name),
            "name": folder.name,
            "pipeline": pipeline.name,
            "environment": self._environment.name,
            "status": "RUNNING",
            "start_time": time.time(),
            "input": dict(input),
            "provenance": {
                "spec": pipeline.digest,
                "definition": digest(plan.definition),
                "code": plan.code.removeprefix("code/"),
                "data": {name: sha for name, sha in data.items() if sha},
                **provenance.versions(),
            },
        }

    def upload(self, path: Path) -> str:
        if not path.exists():
            raise UsageError(f"no file or folder '{path}' to upload")
        return self._store.put_data(path)

    def describe(self, execution: str) -> ExecutionRecord:
        return _record(self._find(execution))

    def list(
        self, pipeline: str = "", status: str = "", limit: int = 20
    ) -> Sequence[ExecutionRecord]:
        found: list[ExecutionRecord] = []
        for folder in self._executions.newest_first(pipeline):
            if len(found) == limit:
                break
            record = _record(folder)
            if not status or record.status == status:
                found.append(record)
        return found

    def _find(self, execution: str) -> Folder:
        """By `latest`, name, `<pipeline>/<name>` or ARN."""
        if execution == "latest":
            newest = self._executions.newest_first()
            if not newest:
                raise UsageError(
                    f"no execution in environment '{self._environment.name}' yet",
                    hint="start one with: pipeline run",
                )
            return newest[0]
        name = re.split("[:/]", execution)[-1]
        found = self._executions.named(name) if _NAME.fullmatch(name) else []
        if "/" in execution:
            found = [f for f in found if f"{f.pipeline}/{f.name}" == execution]
        elif ":" in execution:
            found = [f for f in found if _record(f).id == execution]
        if len(found) == 1:
            return found[0]
        raise self._not_one(execution, found)

    def _not_one(self, execution: str, found: Sequence[Folder]) -> UsageError:
        if found:
            which = ", ".join(f"'{folder.pipeline}/{folder.name}'" for folder in found)
            return UsageError(
                f"'{execution}' is the name of {len(found)} executions: {which}",
                hint="say which, with its pipeline",
            )
        from difflib import get_close_matches

        names = [folder.name for folder in self._executions.newest_first()]
        near = get_close_matches(execution, names, 1)
        return UsageError(
            f"no execution '{execution}' in environment '{self._environment.name}'",
            hint=f"did you mean '{near[0]}'?" if near else "see: pipeline list",
        )

    def events(self, execution: str, follow: bool = False) -> Iterator[HistoryEvent]:
        folder = self._find(execution)
        # A record whose process died is closed first, and its history with it.
        folder.record()
        yield from folder.events(follow)
        if follow:
            folder.record()

    def logs(
        self, execution: str, state: str = "", after: int = 0
    ) -> Iterator[tuple[str, str]]:
        folder = self._find(execution)
        count = 0
        for name, path in folder.logs.list(state):
            for line in tail.lines(path, lambda: True):
                count += 1
                if count > after:
                    yield name, line

    def log_location(self, execution: str, state: str) -> str:
        logs = self._find(execution).logs.list(state)
        if not logs:
            raise UsageError(f"state '{state}' of '{execution}' has no log")
        return str(logs[-1][1])

    def stop(self, execution: str, cause: str) -> None:
        folder = self._find(execution)
        if folder.record()["status"] != "RUNNING":
            return
        (folder.path / "stop").write_text(cause, encoding="utf-8")
        _signal(folder, signal.SIGTERM)
        if not _wait(lambda: not folder.is_running(), _STOP_SECONDS):
            _signal(folder, signal.SIGKILL)
            _wait(lambda: not folder.is_running(), _STOP_SECONDS)
        folder.record()

    def artifacts(self, execution: str) -> Sequence[Artifact]:
        folder = self._find(execution)
        base = f"{SCHEME}{BUCKET}/{folder.pipeline}/{folder.name}/"
        return [_artifact(item.uri, item.path, base) for item in self._objects(base)]

    def _objects(self, uri: str) -> Any:
        return self._store.objects(uri)

    def fetch(self, uri: str, to: Path) -> Path:
        split(uri)
        path = self._store.path(uri)
        if path.is_file() and not uri.endswith("/"):
            to = to / path.name if to.is_dir() else to
            to.parent.mkdir(parents=True, exist_ok=True)
            from shutil import copyfile

            copyfile(path, to)
            return to
        if not self._store.copy_out(uri, to):
            raise UsageError(f"nothing at '{uri}'", hint="see: pipeline report")
        return to


def _made_up(pipeline: str) -> str:
    """`<pipeline>-20261120-162105-x7k2`: sorts by time, reads well, is unique."""
    random = "".join(secrets.choice(_RANDOM) for _ in range(4))
    moment = time.strftime("%Y%m%d-%H%M%S")
    room = _NAME_LENGTH - len(moment) - len(random) - 2
    return f"{pipeline[:room]}-{moment}-{random}"


def _record(folder: Folder) -> ExecutionRecord:
    record = folder.record()
    return ExecutionRecord(**{k: v for k, v in record.items() if k in _FIELDS})


def _data_digest(value: Any) -> str:
    match = _DATA.fullmatch(value) if isinstance(value, str) else None
    return match[1] if match else ""


def _artifact(uri: str, path: Path, base: str) -> Artifact:
    step, _, rest = uri[len(base) :].partition("/")
    parts = [part for part in rest.split("/")[:-1] if not part.isdecimal()]
    return Artifact(
        uri=uri,
        step=step,
        output=parts[0] if parts else "",
        size=path.stat().st_size,
        sha256=archives.file_digest(path),
    )


def _signal(folder: Folder, number: signal.Signals) -> None:
    if folder.is_running():
        os.kill(folder.runner(), number)


def _wait(condition: Callable[[], bool], seconds: float) -> bool:
    deadline = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > deadline:
            return False
        time.sleep(_LOOK_SECONDS)
    return True
