"""Every environment of a project, checked before anybody asks for one.

What comes in: a project's folder, its compiled pipelines. What goes out: which
environments there are, or every problem of their files. Never: asks AWS anything.
"""

from __future__ import annotations

import os
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from mlmax_pipelines import environment
from mlmax_pipelines.base.errors import PipelineError, Problem, SpecError, Where
from mlmax_pipelines.compiled import CompiledPipeline
from mlmax_pipelines.project import settings
from mlmax_pipelines.yaml.document import load


def check(root: Path, pipelines: Sequence[CompiledPipeline] | None) -> list[str]:
    """The environments that have a file, each of them checked: its form, and what it
    says of all the project's `pipelines` unless these are None.

    Raises SpecError with every problem of every one.
    """
    problems: list[Problem] = []
    known = [name for name in environment.names(root) if _has_file(root, name)]
    for name in known:
        problems += _problems(root, name, pipelines)
    if problems:
        raise SpecError(problems)
    return known


def _has_file(root: Path, name: str) -> bool:
    return os.path.lexists(root / _file(name))


def _file(name: str) -> str:
    return f"{environment.FOLDER}/{name}.yaml"


def _problems(
    root: Path, name: str, pipelines: Sequence[CompiledPipeline] | None
) -> list[Problem]:
    try:
        found = environment.load(root, name)
        if pipelines is None:
            return []
        document = load(root / _file(name), _file(name))
        return list(settings.problems(document, found, pipelines))
    except SpecError as error:
        return list(error.problems)
    except PipelineError as error:
        return [replace(error.problem, where=Where(_file(name)))]
