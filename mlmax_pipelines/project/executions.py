"""An execution's way: from a pipeline's name to evidence that can be verified.

    check     the inputs against the pipeline's parameters, an environment's first
    upload    inputs that are files of this machine, once per content
    start     the backend starts it; listeners are told    (start, redrive, replay)
    run       `local.runner` interprets the definition, or Step Functions does: the
              same events either way
    follow    events -> timeline, for whoever watches
    end       the record is closed; listeners are told of each artifact and of the
              end, the first one writes the evidence      (conclude, or the execution)
    report    record, events, artifacts -> sections -> a page      (reports.report)
    verify    the evidence compared with what is there now

`redrive` lets one that failed go on from there, `replay` begins a new one on this
machine in the middle of another one.

What comes in: a project, an environment, an execution. What goes out: executions that
start, go on or run again, what no longer matches. Never: prints; imports a part that
the call at hand does not need.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from mlmax_pipelines.base.errors import ExecutionError, PipelineError, SpecError, Where

if TYPE_CHECKING:
    from mlmax_pipelines.backends.contract import Backend, ExecutionRecord
    from mlmax_pipelines.compiled import CompiledPipeline
    from mlmax_pipelines.environment import Environment
    from mlmax_pipelines.observe.evidence import Finding, Sources
    from mlmax_pipelines.project import Project
    from mlmax_pipelines.project.inputs import Given, Inputs

_AT_ONCE = 8
Started = tuple["Backend", "CompiledPipeline", "ExecutionRecord"]


def start(
    project: Project,
    backend: Backend,
    pipeline: CompiledPipeline,
    env: Environment,
    given: Sequence[Given],
    name: str = "",
) -> ExecutionRecord:
    """Start an execution, once all of its inputs are known to be right.

    Raises SpecError for the inputs, UsageError for a name that will not do.
    """
    env.check_deploys(pipeline.name)
    checked = _checked(project, pipeline, env, given)
    uploaded = {key: _uploaded(backend, one) for key, one in checked.uploads.items()}
    record = backend.start(pipeline, {**checked.values, **uploaded}, name)
    _tell_of_start(project, backend, record)
    return record


def _uploaded(backend: Backend, given: Path | list[Path | str]) -> Any:
    """The address of a local file, or those of a list of them."""
    if isinstance(given, Path):
        return backend.upload(given)
    return [one if isinstance(one, str) else backend.upload(one) for one in given]


def _checked(
    project: Project,
    pipeline: CompiledPipeline,
    env: Environment,
    given: Sequence[Given],
) -> Inputs:
    """The execution's input; an environment's values give way to those `given`."""
    from mlmax_pipelines.project import inputs

    settings = env.parameters.get(pipeline.name, {})
    where = Where(f"envs/{env.name}.yaml")
    preset = [
        inputs.Given(name, value, project.root, where=where, inside=True)
        for name, value in settings.items()
    ]
    checked = inputs.check(pipeline.name, pipeline.parameters, [*preset, *given])
    if env.locked_of(pipeline.name):
        from mlmax_pipelines.project import locks

        typed = {one.name for one in given}
        named = {**checked.values, **checked.uploads}
        own = {name: value for name, value in named.items() if name in typed}
        if wrong := list(locks.broken(env, pipeline, own, settings)):
            raise SpecError(wrong)
    return checked


def _tell_of_start(project: Project, backend: Backend, record: ExecutionRecord) -> None:
    if not backend.tells_listeners:
        from mlmax_pipelines.project import listeners

        listeners.start(record, project.tell)


def redrive(project: Project, env: Environment, execution: str) -> Started:
    """Let an execution that failed go on. Raises UsageError."""
    backend = project.backend(env)
    record = backend.describe(execution)
    backend.prepare()
    pipeline = project.of(record)
    record = backend.redrive(record.id, pipeline)
    _tell_of_start(project, backend, record)
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
    target.prepare()
    pipeline = project.pipeline(record.pipeline, here)
    return (
        target,
        pipeline,
        replay(source, record, target, pipeline, step, project.tell),
    )


def conclude(
    project: Project, backend: Backend, record: ExecutionRecord
) -> Mapping[str, Any] | None:
    """Tell the listeners of an execution's end, unless they have been: its evidence is
    kept beside its outputs from now on. None while it runs."""
    from mlmax_pipelines.project import listeners

    return listeners.end(
        backend,
        record,
        lambda: _sources_of(project, backend, record),
        project.tell,
        backend.caller,
    )


def attributed(
    backend: Backend,
    records: Sequence[ExecutionRecord],
    models: Sequence[str] = (),
) -> list[ExecutionRecord]:
    """Each with who started it, who deployed what it ran, and who approved its model,
    one of `models`, as its evidence says."""
    from mlmax_pipelines.observe.evidence import people

    models = models or [""] * len(records)

    def one(record: ExecutionRecord, model: str) -> ExecutionRecord:
        told = people(backend.origin(record, model))
        return replace(record, evidence={**told, **record.evidence})

    if backend.tells_listeners or len(records) < 2:
        return list(map(one, records, models))
    from concurrent.futures import ThreadPoolExecutor

    # The first one makes the connections that the others share.
    first = one(records[0], models[0])
    with ThreadPoolExecutor(_AT_ONCE) as pool:
        return [first, *pool.map(one, records[1:], models[1:])]


def proven(record: ExecutionRecord, known: Mapping[str, Any] | None) -> ExecutionRecord:
    """The record with what its evidence says that it ran."""
    from mlmax_pipelines.observe.evidence import versions

    if record.evidence or known is None:
        return record
    return replace(record, evidence=versions(known))


def verify(
    project: Project, backend: Backend, record: ExecutionRecord
) -> tuple[list[Finding], Mapping[str, Any]]:
    """An execution's evidence held against what vouches for it, and what it says
    against what is there now; and when and by whom it was made. Writes nothing.

    Raises ExecutionError when there is none.
    """
    from mlmax_pipelines.observe.evidence import Finding, check
    from mlmax_pipelines.project import committed
    from mlmax_pipelines.project.evidence import vouched

    known = None if record.status == "RUNNING" else vouched(backend, record)
    if known is None:
        raise _without_evidence(record)
    findings = list(known.findings)
    if backend.origin(record).deployment == {}:
        made = "one that a deployment of this project made"
        findings.append(Finding("definition that ran", made, "none of those"))
    if known.evidence is not None:
        sources = _sources_of(project, backend, record)
        findings += check(backend, known.evidence, sources)
        findings += committed.check(project.root, backend, known.evidence)
    return findings, known.made


def _without_evidence(record: ExecutionRecord) -> ExecutionError:
    if record.status == "RUNNING":
        return ExecutionError(
            f"execution '{record.name}' still runs: there is no evidence of it yet",
            hint="verify it once it has ended",
        )
    return ExecutionError(
        f"there is no evidence of execution '{record.name}': nothing can be verified",
        hint=f"'pipeline report {record.name}' makes it, and says in it when and by "
        "whom: it tells of what is there then",
    )


def _sources_of(
    project: Project, backend: Backend, record: ExecutionRecord
) -> Sources | None:
    """What the project holds now of an execution's pipeline, None when nothing."""
    from mlmax_pipelines.project.evidence import sources

    try:
        pipeline = project.of(record)
    except PipelineError:
        return None
    return sources(project.root, pipeline, backend.definition(record.id))
