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
from mlmax_pipelines.observe import evidence as lineage
from mlmax_pipelines.project import evidence as evidences

if TYPE_CHECKING:
    from mlmax_pipelines.artifacts.contract import Artifact
    from mlmax_pipelines.backends.contract import Backend, ExecutionRecord
    from mlmax_pipelines.compiled import CompiledPipeline
    from mlmax_pipelines.environment import Environment
    from mlmax_pipelines.observe.report import Sources
    from mlmax_pipelines.project import Project

Started = tuple["Backend", "CompiledPipeline", "ExecutionRecord"]


def report(
    project: Project, env: Environment, execution: str, form: str
) -> tuple[str, str]:
    """The name of an execution and its report as `html` or `md` text."""
    import time

    from mlmax_pipelines.observe.report import build

    backend = project.backend(env)
    record = proven(project, backend, backend.describe(execution))
    report = build(
        record,
        backend.events(record.id),
        project.ran(backend, record),
        backend.artifacts(record.id),
        _sources(backend, record.id),
        time.time(),
    )
    if form == "html":
        from mlmax_pipelines.observe.render.html import html

        return record.name, html(report)
    from mlmax_pipelines.observe.render.markdown import markdown

    return record.name, markdown(report)


def _sources(backend: Backend, execution: str) -> Sources:
    """How a report reads what an execution left behind."""
    from mlmax_pipelines.observe.report import Sources

    def read(artifact: Artifact) -> bytes:
        from tempfile import TemporaryDirectory

        with TemporaryDirectory() as folder:
            return backend.fetch(artifact.uri, Path(folder) / "artifact").read_bytes()

    return Sources(
        read,
        lambda state: (line for _, line in backend.logs(execution, state)),
        lambda state: backend.log_location(execution, state),
    )


def evidence(
    project: Project, backend: Backend, record: ExecutionRecord
) -> Mapping[str, Any] | None:
    """What an execution ran, read and made; None while it runs. Kept beside its
    outputs from now on, if it was not."""
    return evidences.of(
        backend, record, lambda: _own(project, backend, record), project.tell
    )


def proven(
    project: Project, backend: Backend, record: ExecutionRecord
) -> ExecutionRecord:
    """The record with what its evidence says that it ran."""
    found = evidence(project, backend, record)
    if record.evidence or found is None:
        return record
    return replace(record, evidence=lineage.versions(found))


def verify(
    project: Project, env: Environment, execution: str
) -> tuple[str, list[lineage.Finding]]:
    """The name of an execution, and its evidence compared with what is there now.

    Raises UsageError while it runs.
    """
    backend = project.backend(env)
    record = backend.describe(execution)
    found = evidence(project, backend, record)
    if found is None:
        raise UsageError(
            f"execution '{record.name}' still runs: there is no evidence of it yet",
            hint="verify it once it has ended",
        )
    return record.name, lineage.check(backend, found, _own(project, backend, record))


def redrive(project: Project, env: Environment, execution: str) -> Started:
    """Let an execution that failed go on. Raises UsageError."""
    backend = project.backend(env)
    record = backend.describe(execution)
    pipeline = project.pipeline(record.pipeline)
    return backend, pipeline, backend.redrive(record.id, pipeline)


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


def _own(
    project: Project, backend: Backend, record: ExecutionRecord
) -> lineage.Sources | None:
    try:
        pipeline = project.pipeline(record.pipeline)
    except PipelineError:
        return None
    definition = backend.definition(record.id)
    return evidences.sources(project.root, pipeline, definition)
