"""Parameters that an environment locks: known ones, and given only as they are there.

What comes in: an environment, its pipelines, an execution's input. What goes out: what
is wrong. Never: a value replaced.

The state machine holds the same (`cloudformation.locks`), for what is not started here.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from mlmax_pipelines.base.errors import Problem
from mlmax_pipelines.base.hints import did_you_mean
from mlmax_pipelines.compiled import MISSING, CompiledPipeline
from mlmax_pipelines.environment import FOLDER, Environment

if TYPE_CHECKING:
    from mlmax_pipelines.yaml.document import Document

_KEY = "locked"


def unknown(
    document: Document, environment: Environment, pipelines: Sequence[CompiledPipeline]
) -> Iterator[Problem]:
    """Names under `locked` that no pipeline has, or that have no value to hold."""
    for path, name, among in _named(environment, pipelines):
        known = {p.name: p for one in among for p in one.parameters}
        if name not in known:
            text = f"no parameter '{name}' that could be locked"
            yield document.problem(text, path, did_you_mean(name, known))
        elif known[name].default is MISSING:
            text = f"parameter '{name}' has no default that it could be locked to"
            hint = "give it one in the pipeline's spec; 'parameters:' here changes it"
            yield document.problem(text, path, hint)


def _named(
    environment: Environment, pipelines: Sequence[CompiledPipeline]
) -> Iterator[tuple[tuple[Any, ...], str, Sequence[CompiledPipeline]]]:
    """Place, name and the pipelines that may have it."""
    locked = environment.locked
    if not isinstance(locked, Mapping):
        for index, name in enumerate(locked):
            yield (_KEY, index), name, pipelines
        return
    for pipeline, names in locked.items():
        own = [one for one in pipelines if one.name == pipeline]
        for index, name in enumerate(names):
            yield (_KEY, pipeline, index), name, own


def broken(
    environment: Environment,
    pipeline: CompiledPipeline,
    given: Mapping[str, Any],
    preset: Mapping[str, Any],
) -> Iterator[Problem]:
    """Each locked parameter that is `given` another value than the environment has;
    `preset` are those that it sets itself."""
    defaults = {one.name: one.default for one in pipeline.parameters}
    for name in environment.locked_of(pipeline.name):
        fixed = preset.get(name, defaults.get(name))
        if name in given and given[name] != fixed:
            yield Problem(
                f"input '{name}' is locked in environment '{environment.name}': it is "
                f"{fixed!r}, and {given[name]!r} was given",
                hint=f"leave it out; who may edit {FOLDER}/{environment.name}.yaml may "
                "unlock it",
            )
