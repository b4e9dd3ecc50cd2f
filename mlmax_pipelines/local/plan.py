"""What an execution will run, with everything that can be wrong found beforehand.

What comes in: a compiled pipeline and an environment. What goes out: a Plan: resolved
definitions, functions, shipped code and data. Never: starts anything.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from mlmax_pipelines.artifacts.disk import Store
from mlmax_pipelines.base import layout
from mlmax_pipelines.base.errors import Problem, SpecError, Where
from mlmax_pipelines.base.names import machine_name, stack_name
from mlmax_pipelines.compiled import CompiledPipeline, DataFile, Resource
from mlmax_pipelines.environment import Environment
from mlmax_pipelines.local.substitutions import (
    machine_arn,
    resolve,
    resource_arn,
    values,
)
from mlmax_pipelines.steps.services.lambda_.resources import FUNCTION


@dataclass(frozen=True)
class Plan:
    """What an execution runs.

    `home` is `.mlmax/<env>`. `machine` is the ARN of the state machine. `machines` are
    the definitions of nested ones, `functions` the Lambda functions, both by ARN.
    `code` is the key of the shipped code (`code/<sha256>`, "" without code).
    `handlers` maps the integrations of its states to who answers them.
    """

    home: Path
    machine: str
    definition: Mapping[str, Any]
    machines: Mapping[str, Mapping[str, Any]]
    functions: Mapping[str, Resource]
    code: str
    handlers: Mapping[str, str]


def make(
    root: Path, home: Path, environment: Environment, pipeline: CompiledPipeline
) -> Plan:
    """The plan for an execution of `pipeline` in the project `root`.

    Ships code and data files to the store. Raises SpecError naming all that are
    missing, UsageError for a value that has no meaning on this machine.
    """
    problems = [*_missing_files(root, pipeline), *_missing_code(root, pipeline)]
    if problems:
        raise SpecError(problems)
    store = Store(home / layout.STORE)
    code = store.put_code(root, pipeline.code) if pipeline.code else ""
    files = {item.path: store.put_data(root / item.path) for item in _shipped(pipeline)}
    known = values(pipeline, environment, code, files)
    return Plan(
        home=home,
        machine=machine_arn(machine_name(stack_name(environment.name), pipeline.name)),
        definition=resolve(pipeline.definition, known),
        machines={
            machine_arn(part.name): resolve(part.definition, known)
            for part in pipeline.parts
        },
        functions={
            resource_arn(item): item
            for item in pipeline.resources
            if item.kind == FUNCTION
        },
        code=code,
        handlers=_handlers(pipeline),
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
        if not (root / item.path).exists()
    ]


def _missing_code(root: Path, pipeline: CompiledPipeline) -> list[Problem]:
    return [
        Problem(f"no folder '{folder}', where the code of '{pipeline.name}' should be")
        for folder in pipeline.code
        if not (root / folder).is_dir()
    ]


def _handlers(pipeline: CompiledPipeline) -> dict[str, str]:
    """Who answers the tasks of the pipeline's states, as their kinds declare."""
    jobs = (state.job for state in pipeline.states if state.job is not None)
    return {
        job.integration: job.kind.local[job.pattern]
        for job in jobs
        if job.pattern in job.kind.local
    }
