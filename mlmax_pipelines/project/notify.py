"""What an execution on this machine does for its listeners, in its own process.

What comes in: a project folder, an environment's name, an execution's id. What goes
out: calls of the listeners; what they failed with, beside the execution's outputs.
Never: imported elsewhere: what it needs is imported with it, while the process waits
to be told what to run.
"""

from __future__ import annotations

from pathlib import Path

from mlmax_pipelines.base.layout import LISTENERS
from mlmax_pipelines.project import Project, evidence, listeners


def notify(root: Path, environment: str, execution: str) -> None:
    """Called before the execution's first state and once its record is closed."""
    project = Project(root)
    backend = project.backend(project.environment(environment))
    record = backend.describe(execution)
    known = listeners.failures(backend, record)
    lines: list[str] = []
    if record.status == "RUNNING":
        listeners.start(record, lines.append)
    else:
        lines += known
        listeners.end(
            backend,
            record,
            lambda: evidence.recorded(root, record),
            lines.append,
            lambda: evidence.ITSELF,
        )
    if lines != known:
        backend.keep(record.id, LISTENERS, "\n".join(lines).encode())
