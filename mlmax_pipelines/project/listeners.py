"""Who is told that an execution has ended.

What comes in: a project folder, an environment's name, an execution's id. What goes
out: the evidence beside the execution's outputs. Never: needs what its caller had
loaded; an execution on this machine calls it in its own process.
"""

from __future__ import annotations

from pathlib import Path

from mlmax_pipelines.backends.local import LocalBackend
from mlmax_pipelines.environment import load
from mlmax_pipelines.project import evidence


def notify(root: Path, environment: str, execution: str) -> None:
    """Keep the evidence of an execution on this machine, once it has ended."""
    backend = LocalBackend(root, load(root, environment))
    record = backend.describe(execution)
    evidence.of(backend, record, lambda: evidence.recorded(root, record))
