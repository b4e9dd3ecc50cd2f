"""Who is told of executions: that one starts, what it has made, that it ended.

What comes in: an execution's record, its backend. What goes out: calls of listeners:
first the one that writes the evidence, then the installed ones. Never: an execution
that fails because a listener did (a line says so), or packages searched for listeners
before an execution starts or ends.

A package adds a listener with an entry point in the group `mlmax_pipelines.listeners`
that names a class, or a function, which makes a `Listener` out of nothing. An
execution on this machine tells its listeners itself, in its own process (see `notify`);
of one on AWS they are told by who starts it, and by who first sees its end.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any, Protocol

from mlmax_pipelines.base.files import Unreadable
from mlmax_pipelines.base.layout import LISTENERS

if TYPE_CHECKING:
    from mlmax_pipelines.artifacts.contract import Artifact
    from mlmax_pipelines.backends.contract import Backend, ExecutionRecord
    from mlmax_pipelines.observe.evidence import Sources

GROUP = "mlmax_pipelines.listeners"

Tell = Callable[[str], None]


class Listener(Protocol):
    """What a listener may have; a method it lacks is not called.

    Of one end it is told once: first each artifact, then the end. An execution that
    is redriven starts again, and ends again.
    """

    def on_start(self, record: ExecutionRecord) -> None: ...

    def on_artifact(self, record: ExecutionRecord, artifact: Artifact) -> None: ...

    def on_end(self, record: ExecutionRecord) -> None: ...


def failures(backend: Backend, record: ExecutionRecord) -> list[str]:
    """What listeners failed with in the execution's own process, a line each."""
    kept = backend.kept(record.id, LISTENERS) if backend.tells_listeners else None
    return (kept or b"").decode().splitlines()


def start(record: ExecutionRecord, tell: Tell) -> None:
    """Tell everybody that an execution has started, or goes on."""
    _call(installed(tell), "on_start", tell, record)


def end(
    backend: Backend,
    record: ExecutionRecord,
    sources: Callable[[], Sources | None],
    tell: Tell,
    by: Callable[[], str],
) -> Mapping[str, Any] | None:
    """Tell everybody of an execution's end, unless they have been; its evidence, which
    says `by` whom.

    None while it runs, or when no evidence can be had of it.
    """
    from mlmax_pipelines.project import evidence

    if record.status == "RUNNING":
        return None
    try:
        known = evidence.read(backend, record)
    except Unreadable as error:
        # Nobody writes over it: somebody may want to know what became of it.
        tell(str(error))
        return None
    if known is not None:
        return known
    writer = evidence.EvidenceWriter(backend, sources, tell, by)
    everyone: dict[str, object] = {"evidence": writer, **installed(tell)}
    if any(hasattr(listener, "on_artifact") for listener in everyone.values()):
        for artifact in backend.artifacts(record.id):
            _call(everyone, "on_artifact", tell, record, artifact)
    _call(everyone, "on_end", tell, record)
    return writer.written


def installed(tell: Tell) -> dict[str, object]:
    """A listener of each installed entry point, by name; `tell` is told of those that
    cannot be made."""
    if not any(map(_declares_some, sys.path)):
        return {}
    from importlib.metadata import entry_points

    found: dict[str, object] = {}
    for entry in entry_points(group=GROUP):
        try:
            found[entry.name] = entry.load()()
        except Exception as error:
            tell(_failed(entry.name, "cannot be loaded", error))
    return found


def _declares_some(folder: str) -> bool:
    """Whether a package in a folder of sys.path has an entry point for listeners.

    Read from the files that an installer leaves (PyPA specification "Entry points"):
    importlib.metadata costs 40 times as much, which is for those who have listeners.
    """
    try:
        names = os.listdir(folder or ".")
    except OSError:
        return False
    for name in names:
        if name.endswith((".dist-info", ".egg-info")):
            try:
                with open(os.path.join(folder, name, "entry_points.txt"), "rb") as file:
                    if GROUP.encode() in file.read():
                        return True
            except OSError:
                continue
    return False


def _call(
    listeners: Mapping[str, object], method: str, tell: Tell, *about: Any
) -> None:
    for name, listener in listeners.items():
        try:
            getattr(listener, method, _nothing)(*about)
        except Exception as error:
            tell(_failed(name, f"failed in {method}", error))


def _nothing(*_: object) -> None:
    """What a listener does that lacks a method."""


def _failed(name: str, what: str, error: Exception) -> str:
    return f"listener '{name}' {what}: {type(error).__name__}: {error}"
