"""Specs of a project -> compiled pipelines. The stages, in order:

    source     YAML text -> documents with positions
    spec       documents -> pipelines and modules, checked for form
    checks     where steps lead: targets, ends, loops, which runs before which
    resolve    modules found, references -> values, types checked
    compile    steps -> states -> one definition (or several, split), limits checked
    files      what the specs name in the project: scripts, handlers, data

Each stage reports all it finds; a pipeline with problems does not reach the next one,
the others do. What comes in: the project's folder. What goes out: frozen compiled
pipelines, or a SpecError with every problem. Never: a template, an environment, AWS.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from types import MappingProxyType
from typing import Any

from mlmax_pipelines.base.errors import Problem, SpecError, UsageError, Where
from mlmax_pipelines.base.hints import did_you_mean
from mlmax_pipelines.compiled import CompiledPipeline
from mlmax_pipelines.compiler.compile import compile_pipeline
from mlmax_pipelines.compiler.files import file_problems
from mlmax_pipelines.resolve.modules import (
    SUFFIXES,
    Modules,
    check_file_names,
    load_modules,
)
from mlmax_pipelines.resolve.resolver import resolve
from mlmax_pipelines.spec.checks import check_flow
from mlmax_pipelines.spec.fields import in_order
from mlmax_pipelines.spec.model import Pipeline
from mlmax_pipelines.spec.pipelines import parse_pipeline, with_chosen
from mlmax_pipelines.yaml.document import load, no_collection
from mlmax_pipelines.yaml.forms import dynamic_references

FOLDER = "pipelines"
Chosen = Mapping[str, Mapping[str, Mapping[str, Any]]]


@no_collection()
def compile_project(
    root: Path, names: Sequence[str] = (), chosen: Chosen = MappingProxyType({})
) -> tuple[CompiledPipeline, ...]:
    """Compile the pipelines of a project, all of them or those named; `chosen` is what
    an environment has of them, by pipeline, step and key (`names.CHOSEN`).

    Raises SpecError with every problem of every pipeline asked for, and UsageError
    when there is no pipeline of that name.
    """
    modules = load_modules(root)
    compiled: list[CompiledPipeline] = []
    problems = list(modules.problems)
    files = pipeline_files(root, names)
    for path in files:
        one, found = _compile_file(root, path, modules, chosen.get(path.stem, {}))
        problems += found
        if one is not None:
            compiled.append(one)
    if problems:
        raise SpecError(in_order(dict.fromkeys(problems)))
    if len(compiled) < len(files):  # never may one be left out without a word
        raise RuntimeError("a pipeline does not compile, and nothing says why")
    return tuple(compiled)


def pipeline_files(root: Path, names: Sequence[str] = ()) -> list[Path]:
    """The specs of a project by name of the file, which is the pipeline's name."""
    folder = root / FOLDER
    files = [path for path in folder.glob("*") if path.suffix in SUFFIXES]
    check_file_names(FOLDER, files)
    found: dict[str, Path] = {}
    for path in sorted(files):
        other = found.setdefault(path.stem, path)
        if other is not path:
            text = f"'{other.name}' and '{path.name}' are both pipeline '{path.stem}'"
            raise UsageError(text, Where(FOLDER), "keep one of them")
    if not found:
        hint = "write one, or start from the reference project: pipeline init DIR"
        raise UsageError(f"no pipeline spec in '{FOLDER}/'", Where(FOLDER), hint)
    for name in names:
        if name not in found:
            stem = Path(name).stem if Path(name).suffix in SUFFIXES else ""
            hint = f"say its name alone: {stem}" if stem in found else ""
            hint = hint or did_you_mean(name, found)
            raise UsageError(f"no pipeline '{name}'", hint=hint)
    return [path for name, path in found.items() if not names or name in names]


def _compile_file(
    root: Path, path: Path, modules: Modules, chosen: Mapping[str, Any]
) -> tuple[CompiledPipeline | None, list[Problem]]:
    try:
        document = load(path, f"{FOLDER}/{path.name}")
    except SpecError as error:
        return None, list(error.problems)
    pipeline, problems = parse_pipeline(document)
    if pipeline is None:
        return None, problems
    if chosen:
        pipeline = replace(pipeline, steps=with_chosen(pipeline.steps, chosen))
    problems += [*_file_name(pipeline, path), *dynamic_references(document)]
    facts, found = check_flow(pipeline, modules.find)
    problems += found
    resolved, found = resolve(pipeline, modules.find, facts)
    problems += found
    if resolved is None or problems:
        return None, problems
    compiled, problems = compile_pipeline(resolved)
    if compiled is not None:
        problems = file_problems(root, pipeline, resolved)
    return (None if problems else compiled), problems


def _file_name(pipeline: Pipeline, path: Path) -> list[Problem]:
    if pipeline.name == path.stem:
        return []
    text = f"pipeline '{pipeline.name}' is in a file named '{path.name}'"
    hint = f"name the file {pipeline.name}.yaml, or the pipeline {path.stem}"
    return [Problem(text, pipeline.document.where(("name",)), hint)]
