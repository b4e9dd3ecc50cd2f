"""An execution's report, as text in the form somebody asks for.

What comes in: a project, an execution and its backend. What goes out: HTML, Markdown
or plain text. Never: writes anything.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from mlmax_pipelines.base import printed
from mlmax_pipelines.base.errors import PipelineError

if TYPE_CHECKING:
    from mlmax_pipelines.artifacts.contract import Artifact
    from mlmax_pipelines.backends.contract import Backend, ExecutionRecord
    from mlmax_pipelines.compiled import CompiledPipeline
    from mlmax_pipelines.observe.blocks import Report
    from mlmax_pipelines.observe.facts import Reading
    from mlmax_pipelines.project import Project

_LOG_LINES = 30


def report(
    project: Project, backend: Backend, record: ExecutionRecord, form: str
) -> str:
    """An execution's report as `html`, `md` or `txt`."""
    import time

    from mlmax_pipelines.observe.facts import Facts
    from mlmax_pipelines.observe.report import build

    facts = Facts(
        record,
        list(backend.events(record.id)),
        _ran(project, backend, record),
        backend.artifacts(record.id),
        _reading(backend, record.id),
        time.time(),
    )
    return _drawn(build(facts), form)


def _drawn(report: Report, form: str) -> str:
    """A report as `html`, `md` or `txt`: one renderer is loaded.

    Whatever others wrote that stands in it, it can be shown on a terminal.
    """
    if form == "html":
        from mlmax_pipelines.observe.render.html import html

        return printed.lines(html(report))
    if form == "md":
        from mlmax_pipelines.observe.render.markdown import markdown

        return printed.lines(markdown(report))
    from mlmax_pipelines.observe.render.terminal import terminal

    return printed.safe(terminal(report))


def _reading(backend: Backend, execution: str) -> Reading:
    """How a report reads what an execution left behind."""
    from mlmax_pipelines.observe.facts import Reading

    def read(artifact: Artifact) -> bytes:
        from tempfile import TemporaryDirectory

        with TemporaryDirectory() as folder:
            return backend.fetch(artifact.uri, Path(folder) / "artifact").read_bytes()

    return Reading(
        read,
        lambda visit: backend.log_end(execution, visit, _LOG_LINES),
        lambda visit: backend.log_location(execution, visit),
    )


def _ran(
    project: Project, backend: Backend, record: ExecutionRecord
) -> CompiledPipeline | None:
    """The pipeline that an execution ran, None when it is no longer what it was."""
    from mlmax_pipelines.asl import mark

    try:
        pipeline = project.of(record)
    except PipelineError:
        return None
    definition = backend.definition(record.id)
    return pipeline if mark.carries(definition, pipeline.digest) else None
