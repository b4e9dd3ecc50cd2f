"""Executions on this machine: the compiled definition, interpreted in a process.

What comes in: compiled pipelines, inputs, names of executions. What goes out: records,
events, logs and artifacts, from files below `.mlmax/<environment>`. Never: talks to
AWS, or runs anything in the caller's own process.

Every execution has a process of its own, whoever waits for it: so there is one way to
run, follow and stop, and an execution goes on when the terminal it was started from is
closed (see `local.detach`).
"""

from __future__ import annotations

import os
import signal
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from mlmax_pipelines.artifacts import digests
from mlmax_pipelines.artifacts.contract import Artifact
from mlmax_pipelines.artifacts.disk import Store, artifact
from mlmax_pipelines.asl.history import HistoryEvent
from mlmax_pipelines.backends import refusals
from mlmax_pipelines.backends.contract import ExecutionRecord, LogLine, Origin, Version
from mlmax_pipelines.backends.recorded import record_of
from mlmax_pipelines.base import layout
from mlmax_pipelines.base.errors import UsageError
from mlmax_pipelines.base.files import Unreadable
from mlmax_pipelines.base.names import check_execution_name, execution_name
from mlmax_pipelines.base.waiting import until
from mlmax_pipelines.local import detach, lookup, orders, resume, tail
from mlmax_pipelines.local.executions import Executions, Folder
from mlmax_pipelines.local.orders import Order, Plan
from mlmax_pipelines.local.resume import Start
from mlmax_pipelines.registry.local import Registry

if TYPE_CHECKING:
    from mlmax_pipelines.compiled import CompiledPipeline
    from mlmax_pipelines.environment import Environment

# How long a run may take to end its jobs before it is ended itself.
_STOP_SECONDS = 20.0
_LOOK_SECONDS = 0.01


def make(
    root: Path, environment: Environment, tell: Callable[[str], None], listener: str
) -> LocalBackend:
    """See `backends.make`."""
    return LocalBackend(root, environment, listener, tell)


class LocalBackend:
    """The backend of environments with `backend: local`; `root` is the project.

    `listener` is what `backends.make` says.
    """

    ends_with_caller = True
    tells_listeners = True

    def __init__(
        self,
        root: Path,
        environment: Environment,
        listener: str = "",
        tell: Callable[[str], None] = lambda line: None,
    ) -> None:
        self._root = root.resolve()
        self._environment = environment
        self._listener = listener
        self._tell = tell
        self._home = layout.home(self._root, environment.name)
        self._store = Store(self._home / layout.STORE)
        self._executions = Executions(self._home / layout.EXECUTIONS)
        self._prepared: list[detach.Runner] = []

    def start(
        self,
        pipeline: CompiledPipeline,
        input: Mapping[str, Any],
        name: str = "",
        begin: Start | None = None,
    ) -> ExecutionRecord:
        """As StartExecution has it: the name of an execution that runs, with the same
        input, starts nothing; any other name that is taken is refused. With `begin`,
        what an earlier execution did up to there counts as done."""
        # Those who only look need none of them.
        from mlmax_pipelines.local import evidence, records

        if name:
            check_execution_name(name)
        with self._runner() as runner:
            git = evidence.GitState(self._root)
            planned = self._plan(pipeline)
            name = name or execution_name(pipeline.name)
            environment = self._environment.name
            record = records.new(pipeline, environment, input, name, planned)
            record["evidence"].update(git.read())
            if begin:
                begin = replace(begin, data=records.adopted(begin.data, record))
            folder = self._executions.folder(pipeline.name, name)
            definition = planned.definition
            lock = self._executions.create(folder, record, definition, runner.id)
            if lock is None:
                return refusals.unless_same(record_of(folder), dict(input))
            self._run(runner, folder, planned, lock, begin)
        return ExecutionRecord(**record)

    def prepare(self) -> None:
        """Start what takes long: the process for the next execution."""
        self._prepared.append(detach.Runner(self._listener))

    def _runner(self) -> detach.Runner:
        try:
            return self._prepared.pop()
        except IndexError:
            return detach.Runner(self._listener)

    def _plan(self, pipeline: CompiledPipeline) -> Plan:
        from mlmax_pipelines.local import plan

        return plan.make(self._root, self._home, self._environment, pipeline)

    def _run(
        self,
        runner: detach.Runner,
        folder: Folder,
        planned: Plan,
        lock: int,
        begin: Start | None,
    ) -> None:
        """By `runner`, which `lock` is handed on to."""
        order = Order(planned, begin, self._root, self._environment.name)
        try:
            orders.write(folder.path, order)
            runner.run(folder.path, lock)
        finally:
            os.close(lock)

    def upload(self, path: Path) -> str:
        if not path.exists():
            raise UsageError(f"no file or folder '{path}' to upload")
        return self._store.put_data(path)

    def describe(self, execution: str) -> ExecutionRecord:
        return record_of(self._find(execution))

    def list(
        self, pipeline: str = "", status: str = "", limit: int = 20
    ) -> Sequence[ExecutionRecord]:
        found: list[ExecutionRecord] = []
        for folder in self._executions.newest_first(pipeline):
            if len(found) == limit:
                break
            try:
                record = record_of(folder)
            except Unreadable as error:
                # It is the only one nothing can be said of.
                self._tell(f"{folder.pipeline}/{folder.name} is left out: {error}")
                continue
            if not status or record.status == status:
                found.append(record)
        return found

    def models_left(self, pipelines: Collection[str]) -> Sequence[str]:
        registry = Registry(self._home / layout.REGISTRY, "")
        return registry.models(self._environment.name, pipelines)

    def events(self, execution: str, follow: bool = False) -> Iterator[HistoryEvent]:
        folder = self._find(execution)
        # One whose process died is closed first, and its history with it.
        folder.settled_record()
        yield from folder.events(follow)

    def logs(
        self, execution: str, state: str = "", after: int = 0
    ) -> Iterator[LogLine]:
        folder = self._find(execution)
        lines = folder.logs.lines(state, after, ended=not folder.is_running())
        return (LogLine(*line) for line in lines)

    def logged(self, execution: str) -> Sequence[str]:
        return list(dict.fromkeys(v for v, _ in self._find(execution).logs.list()))

    def log_end(self, execution: str, state: str, most: int) -> Sequence[str]:
        logs = self._find(execution).logs.list(state)
        return tail.end(logs[-1][1], most) if logs else []

    def log_location(self, execution: str, state: str) -> str:
        logs = self._find(execution).logs.list(state)
        if not logs:
            raise UsageError(f"state '{state}' of '{execution}' has no log")
        return str(logs[-1][1])

    def link(self, execution: str, state: str = "") -> str:
        return ""

    def definition(self, execution: str) -> Mapping[str, Any]:
        return self._find(execution).definition()

    def stop(self, execution: str, cause: str) -> None:
        folder = self._find(execution)
        if folder.settled_record()["status"] != "RUNNING":
            return
        folder.ask_to_stop(cause)
        try:
            for number in (signal.SIGTERM, signal.SIGKILL):
                folder.signal_runner(number)
                if until(lambda: not folder.is_running(), _STOP_SECONDS, _LOOK_SECONDS):
                    break
        except KeyboardInterrupt:
            # Its jobs are not asked any longer; that they ended ends the run.
            folder.kill_jobs()
            raise
        folder.settled_record()

    def redrive(self, execution: str, pipeline: CompiledPipeline) -> ExecutionRecord:
        folder = self._find(execution)
        record = folder.settled_record()
        if record["status"] in ("RUNNING", "SUCCEEDED"):
            raise refusals.not_redrivable(folder.name, f"it is {record['status']}")
        events = list(folder.events())
        definition = folder.definition()
        entered = resume.last_entered(events, definition["States"])
        if entered is None:
            raise refusals.not_redrivable(folder.name, "it came to no state")
        begin = resume.start_of(entered, events)
        with self._runner() as runner:
            planned = self._plan(pipeline)._replace(definition=definition)
            lock = folder.hold(runner.id)
            record = folder.reopen()
            self._run(runner, folder, planned, lock, begin)
        return ExecutionRecord(**record)

    def artifacts(self, execution: str, anew: bool = False) -> Sequence[Artifact]:
        folder = self._find(execution)
        found = {
            item.name: item
            for item in self._store.objects(_base(folder))
            if "/" in item.name
        }
        files = {name: item.path for name, item in found.items()}
        kept = folder.path / "digests.json"
        known = digests.of(files) if anew else digests.refresh(files, kept)
        return [
            artifact(item, known[name], *layout.step_and_output(name))
            for name, item in found.items()
        ]

    def objects(self, uri: str) -> Sequence[Artifact]:
        return list(self._store.list(uri))

    def keep(
        self, execution: str, name: str, content: bytes, sealed: bool = False
    ) -> str:
        folder = self._find(execution)
        uri = f"{_base(folder)}{name}"
        self._store.write(uri, content, lasting=True)
        if sealed:
            folder.seal(name, content)
        return uri

    def kept(self, execution: str, name: str) -> bytes | None:
        return self._store.read(f"{_base(self._find(execution))}{name}")

    def versions(self, execution: str, name: str) -> Sequence[Version]:
        """The one that is there; the record has the first one's digest."""
        sealed = record_of(self._find(execution)).sealed.get(name, "")
        content = self.kept(execution, name)
        return [Version(content, sealed)] if sealed or content is not None else []

    def origin(self, record: ExecutionRecord, model: str = "") -> Origin:
        return Origin(record.evidence.get("starter", ""))

    def recorded(self, record: ExecutionRecord) -> Sequence[Artifact] | None:
        return None

    def caller(self) -> str:
        from mlmax_pipelines.local import evidence

        return evidence.caller()

    def place(self, uri: str) -> Path:
        """Where the object or folder at `uri` is kept, whether or not it exists."""
        return self._store.path(uri)

    def fetch(self, uri: str, to: Path) -> Path:
        return self._store.fetch(uri, to)

    def _find(self, execution: str) -> Folder:
        return lookup.find(self._executions, execution)


def _base(folder: Folder) -> str:
    key = layout.execution(folder.pipeline, folder.name)
    return layout.uri(layout.LOCAL_BUCKET, key)
