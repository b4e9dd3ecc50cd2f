"""What is done with an execution once it is there: report, evidence, another try.

What comes in: a project, an environment, an execution. What goes out: reports, what
no longer matches, executions that go on or run again. Never: prints; imports a part
that the call at hand does not need.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from mlmax_pipelines.base.errors import PipelineError, UsageError

if TYPE_CHECKING:
    from mlmax_pipelines.artifacts.contract import Artifact
    from mlmax_pipelines.backends.contract import Backend, ExecutionRecord
    from mlmax_pipelines.compiled import CompiledPipeline
    from mlmax_pipelines.environment import Environment
    from mlmax_pipelines.observe import evidence
    from mlmax_pipelines.observe.blocks import Report
    from mlmax_pipelines.observe.facts import Reading
    from mlmax_pipelines.project import Project

Started = tuple["Backend", "CompiledPipeline", "ExecutionRecord"]


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
        project.ran(backend, record),
        backend.artifacts(record.id),
        _reading(backend, record.id),
        time.time(),
    )
    return _drawn(build(facts), form)


def _drawn(report: Report, form: str) -> str:
    """A report as `html`, `md` or `txt`: one renderer is loaded."""
    if form == "html":
        from mlmax_pipelines.observe.render.html import html

        return html(report)
    if form == "md":
        from mlmax_pipelines.observe.render.markdown import markdown

        return markdown(report)
    from mlmax_pipelines.observe.render.terminal import terminal

    return terminal(report)


def _reading(backend: Backend, execution: str) -> Reading:
    """How a report reads what an execution left behind."""
    from mlmax_pipelines.observe.facts import Reading

    def read(artifact: Artifact) -> bytes:
        from tempfile import TemporaryDirectory

        with TemporaryDirectory() as folder:
            return backend.fetch(artifact.uri, Path(folder) / "artifact").read_bytes()

    return Reading(
        read,
        lambda state: (line for _, line in backend.logs(execution, state)),
        lambda state: backend.log_location(execution, state),
    )


def conclude(
    project: Project, backend: Backend, record: ExecutionRecord
) -> Mapping[str, Any] | None:
    """Tell the listeners of an execution's end, unless they have been: its evidence is
    kept beside its outputs from now on. None while it runs."""
    from mlmax_pipelines.project import listeners

    return listeners.end(
        backend, record, lambda: _sources_of(project, backend, record), project.tell
    )


def proven(
    record: ExecutionRecord, evidence: Mapping[str, Any] | None
) -> ExecutionRecord:
    """The record with what its evidence says that it ran."""
    from mlmax_pipelines.observe.evidence import versions

    if record.evidence or evidence is None:
        return record
    return replace(record, evidence=versions(evidence))


def verify(
    project: Project,
    backend: Backend,
    record: ExecutionRecord,
    known: Mapping[str, Any] | None,
) -> list[evidence.Finding]:
    """An execution's evidence compared with what is there now.

    Raises UsageError when there is none.
    """
    from mlmax_pipelines.observe.evidence import check

    if known is None:
        raise _without_evidence(record)
    return check(backend, known, _sources_of(project, backend, record))


def _without_evidence(record: ExecutionRecord) -> UsageError:
    if record.status == "RUNNING":
        return UsageError(
            f"execution '{record.name}' still runs: there is no evidence of it yet",
            hint="verify it once it has ended",
        )
    return UsageError(f"there is no evidence of execution '{record.name}'")


def redrive(project: Project, env: Environment, execution: str) -> Started:
    """Let an execution that failed go on. Raises UsageError."""
    backend = project.backend(env)
    record = backend.describe(execution)
    pipeline = project.pipeline(record.pipeline)
    record = backend.redrive(record.id, pipeline)
    project.started(backend, record)
    return backend, pipeline, record


def replay(
    project: Project, env: Environment, here: Environment, execution: str, step: str
) -> Started:
    """Run an execution again in the environment `here` of this machine, from a step
    on. Raises UsageError."""
    from mlmax_pipelines.project.replay import replay

    target = project.here(here)
    source = target if env == here else project.backend(env)
    record = source.describe(execution)
    pipeline = project.pipeline(record.pipeline)
    return (
        target,
        pipeline,
        replay(source, record, target, pipeline, step, project.tell),
    )


def _sources_of(
    project: Project, backend: Backend, record: ExecutionRecord
) -> evidence.Sources | None:
    """What the project holds now of an execution's pipeline, None when nothing."""
    from mlmax_pipelines.project.evidence import sources

    try:
        pipeline = project.pipeline(record.pipeline)
    except PipelineError:
        return None
    return sources(project.root, pipeline, backend.definition(record.id))
