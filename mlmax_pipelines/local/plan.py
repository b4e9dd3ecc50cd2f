"""What an execution will run, with everything that can be wrong found beforehand.

What comes in: a compiled pipeline and an environment. What goes out: a Plan: resolved
definitions, functions, shipped code and data. Never: starts anything.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

from mlmax_pipelines.artifacts.disk import Store
from mlmax_pipelines.base import archives, layout
from mlmax_pipelines.base.errors import Problem, SpecError, Where
from mlmax_pipelines.base.names import machine_name, stack_name
from mlmax_pipelines.compiled import CompiledPipeline, DataFile, MetricsFile, Resource
from mlmax_pipelines.environment import Environment
from mlmax_pipelines.local.orders import Function, Plan
from mlmax_pipelines.local.substitutions import (
    filler,
    machine_arn,
    resolve,
    resource_arn,
    values,
)
from mlmax_pipelines.steps.services.lambda_.resources import FUNCTION


def make(
    root: Path, home: Path, environment: Environment, pipeline: CompiledPipeline
) -> Plan:
    """The plan for an execution of `pipeline` in the project `root`.

    Ships code and data files to the store. Raises SpecError naming all that are
    missing, UsageError for a value that has no meaning on this machine.
    """
    problems = [
        *_missing_files(root, pipeline),
        *_missing_code(root, pipeline),
        *_missing_secrets(pipeline),
    ]
    if problems:
        raise SpecError(problems)
    store = Store(home / layout.STORE)
    code = {folder: store.put_code(root, folder) for folder in pipeline.code}
    files = {item.path: _put_data(store, root, item) for item in _shipped(pipeline)}
    known = values(pipeline, environment, code, files)
    fill = filler(pipeline, environment, known)
    return Plan(
        home=home,
        machine=machine_arn(machine_name(stack_name(environment.name), pipeline.name)),
        definition=resolve(pipeline.definition, known),
        machines={
            machine_arn(part.name): resolve(part.definition, known)
            for part in pipeline.parts
        },
        functions={
            resource_arn(item): _function(item, code[item.code], fill)
            for item in pipeline.resources
            if item.kind == FUNCTION
        },
        handlers=_handlers(pipeline),
        secrets={s.name: s.secrets for s in pipeline.states if s.secrets},
        metrics=_metrics(pipeline),
        job_profile=environment.job_profile,
    )


def _metrics(pipeline: CompiledPipeline) -> dict[str, MetricsFile]:
    """State -> what the file of metrics that it reads must be."""
    return {
        state.name: state.job.metrics
        for state in pipeline.states
        if state.job is not None and state.job.metrics is not None
    }


def _put_data(store: Store, root: Path, item: DataFile) -> str:
    archives.data_files(root, item.path)
    return store.put_data(root / item.path)


def _function(resource: Resource, version: str, fill: Callable[[str], str]) -> Function:
    properties = resource.properties
    variables = properties.get("Environment", {}).get("Variables", {})
    return Function(
        name=resource.logical_id,
        folder=f"{version}/{resource.code}",
        handler=properties["Handler"],
        memory_mb=properties["MemorySize"],
        timeout_seconds=properties["Timeout"],
        environment={name: fill(text) for name, text in variables.items()},
    )


def _shipped(pipeline: CompiledPipeline) -> list[DataFile]:
    values = pipeline.substitutions.values()
    return [item for item in values if isinstance(item, DataFile)]


def _missing_files(root: Path, pipeline: CompiledPipeline) -> list[Problem]:
    where = Where(f"pipelines/{pipeline.name}.yaml")
    return [
        Problem(
            f"no file '{item.path}', the default of parameter '{item.parameter}'",
            where,
            f"add the file, or run with --input {item.parameter}=...",
        )
        for item in _shipped(pipeline)
        if not os.path.exists(root / item.path)
    ]


def _missing_code(root: Path, pipeline: CompiledPipeline) -> list[Problem]:
    return [
        Problem(f"no folder '{folder}', where the code of '{pipeline.name}' should be")
        for folder in pipeline.code
        if not (root / folder).is_dir()
    ]


def _missing_secrets(pipeline: CompiledPipeline) -> list[Problem]:
    """Secrets have their values in the caller's environment here, and nowhere else."""
    steps = {name: state.step for state in pipeline.states for name in state.secrets}
    return [
        Problem(
            f"step '{step}' uses the secret '{name}', which has no value here",
            hint=f"set the variable: {name}=... pipeline run {pipeline.name}",
        )
        for name, step in steps.items()
        if name not in os.environ
    ]


def _handlers(pipeline: CompiledPipeline) -> dict[str, str]:
    """Who answers the tasks of the pipeline's states, as their kinds declare."""
    jobs = (state.job for state in pipeline.states if state.job is not None)
    return {
        job.integration: job.kind.local[job.pattern]
        for job in jobs
        if job.pattern in job.kind.local
    }
