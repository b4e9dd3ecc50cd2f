"""What a backend does: start, describe, events, logs, stop, fetch.

What comes in: a compiled pipeline and an input. What goes out: execution records and
history events, the same for every backend, so that nobody above can tell which ran.
Never: prints, or decides what a user sees.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple, Protocol

from mlmax_pipelines.artifacts.contract import Artifact
from mlmax_pipelines.asl.history import HistoryEvent

if TYPE_CHECKING:
    from mlmax_pipelines.compiled import CompiledPipeline


@dataclass(frozen=True)
class ExecutionRecord:
    """One execution. Times are seconds since the epoch; `stop_time` is None while
    RUNNING. `input` and `output` are data. `evidence` says what it ran: digests of
    spec, definition and code, git commit and dirty flag, package versions. `sealed` has
    the SHA-256 of files that were kept beside its outputs, by name."""

    id: str
    name: str
    pipeline: str
    environment: str
    status: str
    start_time: float
    stop_time: float | None = None
    input: Any = None
    output: Any = None
    error: str | None = None
    cause: str | None = None
    evidence: Mapping[str, Any] = field(default_factory=dict)
    sealed: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Version:
    """A file as it was kept once: its bytes, None when it is there no longer. `sha256`
    is what its digest is known to be from elsewhere, "" when it is not."""

    content: bytes | None
    sha256: str = ""


class Origin(NamedTuple):
    """Where an execution comes from. `starter` is who started it, "" when nobody can
    tell, and `claimed_by` who said so at its start; `deployment` what is recorded of
    the one that made its definition: `id`, `by`, `time`, `tool`, `commit`, `dirty`,
    `spec`; {} when none did, None where nothing tells. `approver` is who approved the
    model asked about, "" when nobody can tell."""

    starter: str = ""
    claimed_by: str = ""
    deployment: Mapping[str, Any] | None = None
    approver: str = ""


class LogLine(NamedTuple):
    """A line that a job printed. `visit` is a state, or a state in one item of a map:
    `Clean[1]`; `at` is when, in seconds since the epoch, None when nobody knows."""

    visit: str
    text: str
    at: float | None = None


class Backend(Protocol):
    """Where executions run. Every method raises PipelineError for known errors.

    `ends_with_caller`: Ctrl-C at the terminal that started an execution ends it.
    `tells_listeners`: an execution has a process of its own, which tells them.
    """

    ends_with_caller: bool
    tells_listeners: bool

    def start(
        self, pipeline: CompiledPipeline, input: Mapping[str, Any], name: str
    ) -> ExecutionRecord:
        """Start an execution and return at once; `name` "" makes one up.

        Values of s3 parameters are URIs by now (see `upload`). The name of one that
        runs, with the same input, gives that one; UsageError when it is taken.
        """
        ...

    def prepare(self) -> None:
        """An execution is likely to be started soon: what takes a while can begin, in
        another process or thread. Nothing is left behind when none is started."""
        ...

    def upload(self, path: Path) -> str:
        """Put a local file or folder where jobs can read it; its s3:// URI.

        Content-addressed: the same bytes are stored once."""
        ...

    def describe(self, execution: str) -> ExecutionRecord:
        """By id, name, `<pipeline>/<name>`, `latest` or `<pipeline>/latest`."""
        ...

    def list(
        self, pipeline: str = "", status: str = "", limit: int = 20
    ) -> Sequence[ExecutionRecord]:
        """Newest first."""
        ...

    def models_left(self, pipelines: Collection[str]) -> Sequence[str]:
        """The models that steps of these pipelines made and did not delete: the job
        that predicts with them runs still, or failed. None, when looking is refused."""
        ...

    def events(self, execution: str, follow: bool = False) -> Iterator[HistoryEvent]:
        """The history in order; with `follow`, until the execution ends."""
        ...

    def logs(
        self, execution: str, state: str = "", after: int = 0
    ) -> Iterator[LogLine]:
        """What its jobs have printed by now, in the order in which they started; not
        the first `after` lines: those that the caller has seen.

        Here as below, `state` may be a visit; a state stands for all of its visits."""
        ...

    def logged(self, execution: str) -> Sequence[str]:
        """The visits that have a log, or will soon, each once, as they started."""
        ...

    def log_end(self, execution: str, state: str, most: int) -> Sequence[str]:
        """The last lines, at most so many, of the newest log of that state; none when
        there is no log. What comes before them is not read."""
        ...

    def log_location(self, execution: str, state: str) -> str:
        """Where the newest log of that state can be read: a path or a URL."""
        ...

    def link(self, execution: str, state: str = "") -> str:
        """A page on which a person sees the execution, or the newest job of a state;
        "" when there is none."""
        ...

    def definition(self, execution: str) -> Mapping[str, Any]:
        """The definition it ran, every value filled in."""
        ...

    def stop(self, execution: str, cause: str) -> None:
        """End it, with all that it runs, and return once it has ended. One that has
        ended already stays as it is."""
        ...

    def redrive(self, execution: str, pipeline: CompiledPipeline) -> ExecutionRecord:
        """Let one that failed go on from the state that failed, as it was defined."""
        ...

    def artifacts(self, execution: str, anew: bool = False) -> Sequence[Artifact]:
        """What its steps wrote; `anew` believes no digest that was kept, and keeps
        none."""
        ...

    def objects(self, uri: str) -> Sequence[Artifact]:
        """The object at `uri`, or what is below it; empty when nothing is."""
        ...

    def keep(
        self, execution: str, name: str, content: bytes, sealed: bool = False
    ) -> str:
        """Put a file of that name beside the execution's outputs, to stay; its URI. Of
        one that is `sealed` the digest is kept elsewhere, too: the first one, until
        the execution goes on after its end."""
        ...

    def kept(self, execution: str, name: str) -> bytes | None:
        """What `keep` put there; None when nothing."""
        ...

    def versions(self, execution: str, name: str) -> Sequence[Version]:
        """What there was under that name, as far as it is known, oldest first."""
        ...

    def origin(self, record: ExecutionRecord, model: str = "") -> Origin:
        """Who started an execution, who deployed what it ran, and who approved a
        version of a model."""
        ...

    def recorded(self, record: ExecutionRecord) -> Sequence[Artifact] | None:
        """What its steps wrote as it was recorded at its end, by no one of those who
        look; None when it was not."""
        ...

    def caller(self) -> str:
        """Who is asking."""
        ...

    def fetch(self, uri: str, to: Path) -> Path:
        """Copy an artifact (a file or a folder) to a local path."""
        ...
