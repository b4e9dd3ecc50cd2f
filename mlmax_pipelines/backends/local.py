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
import signal
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from mlmax_pipelines import archives
from mlmax_pipelines.asl.canonical import digest
from mlmax_pipelines.asl.history import HistoryEvent
from mlmax_pipelines.backends.base import Artifact, ExecutionRecord
from mlmax_pipelines.compiled import CompiledPipeline
from mlmax_pipelines.environment import Environment
from mlmax_pipelines.errors import UsageError
from mlmax_pipelines.local import (
    detach,
    lookup,
    plan,
    provenance,
    runner,
    tail,
)
from mlmax_pipelines.local.executions import Executions, Folder
from mlmax_pipelines.local.store import BUCKET, SCHEME, Store

_NAME_LENGTH = 80
_RANDOM = "abcdefghijkmnpqrstuvwxyz23456789"
_DATA = re.compile(rf"{SCHEME}{BUCKET}/data/([0-9a-f]{{64}})/.*")
# How long a run may take to end its jobs before it is ended itself.
_STOP_SECONDS = 20.0
_LOOK_SECONDS = 0.01


class LocalBackend:
    """The backend of environments with `backend: local`; `root` is the project."""

    def __init__(self, root: Path, environment: Environment) -> None:
        self._root = root.resolve()
        self._environment = environment
        self._home = self._root / ".mlmax" / environment.name
        self._store = Store(self._home / "s3")
        self._executions = Executions(self._home / "executions")

    def start(
        self, pipeline: CompiledPipeline, input: Mapping[str, Any], name: str = ""
    ) -> ExecutionRecord:
        """As StartExecution has it: the name of an execution that runs, with the same
        input, starts nothing; any other name that is taken is refused."""
        if name and not lookup.NAME.fullmatch(name):
            raise UsageError(
                f"'{name}' cannot be the name of an execution",
                hint="up to 80 letters, digits, '-', '_' and '.', no '-' or '.' first",
            )
        git = provenance.GitState(self._root)
        planned = plan.make(self._root, self._home, self._environment, pipeline)
        name = name or _made_up(pipeline.name)
        record = self._new_record(pipeline, input, name, planned)
        record["provenance"].update(git.read())
        folder = self._executions.folder(pipeline.name, name)
        lock = self._executions.create(folder, record, planned.definition)
        if lock is None:
            return _existing(folder, dict(input))
        try:
            detach.start(
                lambda stop: runner.run(folder, planned, stop),
                lock,
                folder.path / "runner.log",
            )
        finally:
            os.close(lock)
        return ExecutionRecord(**record)

    def _new_record(
        self,
        pipeline: CompiledPipeline,
        input: Mapping[str, Any],
        name: str,
        planned: plan.Plan,
    ) -> dict[str, Any]:
        data = {key: _data_digest(value) for key, value in input.items()}
        return {
            "id": runner.execution_id(planned.machine, name),
            "name": name,
            "pipeline": pipeline.name,
            "environment": self._environment.name,
            "status": "RUNNING",
            "start_time": time.time(),
            "input": dict(input),
            "provenance": {
                "spec": pipeline.digest,
                "definition": digest(planned.definition),
                "code": planned.code.removeprefix("code/"),
                "data": {key: sha for key, sha in data.items() if sha},
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

    def events(self, execution: str, follow: bool = False) -> Iterator[HistoryEvent]:
        folder = self._find(execution)
        # One whose process died is closed first, and its history with it.
        folder.record()
        yield from folder.events(follow)

    def logs(
        self, execution: str, state: str = "", after: int = 0
    ) -> Iterator[tuple[str, str]]:
        folder = self._find(execution)
        ended = not folder.is_running()
        for name, path in folder.logs.list(state):
            for line in tail.lines(path, after, ended):
                yield name, line
            after = max(0, after - tail.count(path)) if after else 0

    def log_location(self, execution: str, state: str) -> str:
        logs = self._find(execution).logs.list(state)
        if not logs:
            raise UsageError(f"state '{state}' of '{execution}' has no log")
        return str(logs[-1][1])

    def stop(self, execution: str, cause: str) -> None:
        folder = self._find(execution)
        if folder.record()["status"] != "RUNNING":
            return
        folder.ask_to_stop(cause)
        for number in (signal.SIGTERM, signal.SIGKILL):
            folder.signal_runner(number)
            if _wait(lambda: not folder.is_running(), _STOP_SECONDS):
                break
        folder.record()

    def artifacts(self, execution: str) -> Sequence[Artifact]:
        folder = self._find(execution)
        base = f"{SCHEME}{BUCKET}/{folder.pipeline}/{folder.name}/"
        found = self._store.objects(base)
        return [_artifact(item.uri, item.path, base) for item in found]

    def fetch(self, uri: str, to: Path) -> Path:
        found = self._store.objects(uri)
        if not found:
            raise UsageError(f"nothing at '{uri}'")
        if not self._store.path(uri).is_dir():
            to = to / found[0].name if to.is_dir() else to
            self._store.copy_file(uri, to)
        else:
            self._store.copy_out(uri, to)
        return to

    def _find(self, execution: str) -> Folder:
        return lookup.find(self._executions, execution)


def _made_up(pipeline: str) -> str:
    """`<pipeline>-20261120-162105-x7k2`: sorts by time, reads well, is unique."""
    random = "".join(_RANDOM[byte % len(_RANDOM)] for byte in os.urandom(4))
    moment = time.strftime("%Y%m%d-%H%M%S")
    room = _NAME_LENGTH - len(moment) - len(random) - 2
    return f"{pipeline[:room]}-{moment}-{random}"


def _record(folder: Folder) -> ExecutionRecord:
    return ExecutionRecord(**folder.record())


def _existing(folder: Folder, input: Mapping[str, Any]) -> ExecutionRecord:
    record = _record(folder)
    if record.input != input:
        raise _taken(record, "has another input")
    if record.status != "RUNNING":
        raise _taken(record, f"is {record.status}")
    return record


def _taken(record: ExecutionRecord, why: str) -> UsageError:
    return UsageError(
        f"execution '{record.name}' of '{record.pipeline}' already exists and {why}",
        hint="choose another name, or let one be made up",
    )


def _data_digest(value: Any) -> str:
    match = _DATA.fullmatch(value) if isinstance(value, str) else None
    return match[1] if match else ""


def _artifact(uri: str, path: Path, base: str) -> Artifact:
    """`<step>/<output>/...`, in a map `<step>/<index>/<output>/...`."""
    step, _, rest = uri[len(base) :].partition("/")
    folders = [name for name in rest.split("/")[:-1] if not name.isdecimal()]
    return Artifact(
        uri=uri,
        step=step,
        output=folders[0] if folders else "",
        size=path.stat().st_size,
        sha256=archives.file_digest(path),
    )


def _wait(condition: Callable[[], bool], seconds: float) -> bool:
    deadline = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > deadline:
            return False
        time.sleep(_LOOK_SECONDS)
    return True
