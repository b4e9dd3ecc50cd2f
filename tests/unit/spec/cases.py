"""The specs under tests/specs, and what the product says about them.

A bad spec begins with `# expect: LINE:COLUMN: MESSAGE | HINT`, one line per problem.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

from mlmax_pipelines.base.errors import Problem, SpecError
from mlmax_pipelines.resolve import expressions
from mlmax_pipelines.resolve.modules import Modules, load_modules
from mlmax_pipelines.spec.checks import check_flow
from mlmax_pipelines.spec.fields import in_order
from mlmax_pipelines.spec.model import Module
from mlmax_pipelines.spec.modules import parse_module
from mlmax_pipelines.spec.pipelines import all_steps, parse_pipeline
from mlmax_pipelines.yaml import document as source

SPECS = Path(__file__).parents[2] / "specs"
MODULES = load_modules(SPECS / "good")
_MARK = "# expect: "


def expected(file: Path) -> list[str]:
    lines = file.read_text(encoding="utf-8", errors="replace").splitlines()
    return [line.removeprefix(_MARK) for line in lines if line.startswith(_MARK)]


def pipeline_problems(file: Path, modules: Modules = MODULES) -> list[Problem]:
    """Every problem that the front end finds in a pipeline's file."""
    try:
        document = source.load(file, file.name)
    except SpecError as error:
        return list(error.problems)
    pipeline, problems = parse_pipeline(document)
    if pipeline is None:
        return problems
    problems = problems + check_flow(pipeline, modules.find)[1]
    for step in all_steps(pipeline.steps):
        if step.module and (problem := modules.find(step)[1]):
            problems.append(problem)
        read_expressions(document, step.inputs, step.at("inputs"), problems)
        read_expressions(document, step.fields, step.path, problems)
    return in_order(problems)


def read_expressions(
    document: source.Document,
    value: Any,
    path: tuple[Any, ...],
    problems: list[Problem],
) -> None:
    if isinstance(value, str):
        expressions.read(document, path, value, problems)
    elif isinstance(value, dict | list):
        pairs = value.items() if isinstance(value, dict) else enumerate(value)
        for key, item in pairs:
            read_expressions(document, item, (*path, key), problems)


def module_problems(file: Path) -> list[Problem]:
    """Every problem that the front end finds in a module's file."""
    return read_module(file)[1]


def read_module(file: Path) -> tuple[Module | None, list[Problem]]:
    return parse_module(source.load(file, file.name))


def said(problem: Problem) -> str:
    """A problem in the form of the expectations."""
    place = str(problem.where).partition(".yaml:")[2]
    text = f"{place}: {problem.message}"
    return f"{text} | {problem.hint}" if problem.hint else text
