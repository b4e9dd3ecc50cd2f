"""The specs under tests/specs, and what the product says about them.

A bad spec begins with `# expect: LINE:COLUMN: MESSAGE | HINT`, one line per problem.
"""

from __future__ import annotations

from pathlib import Path

from mlmax_pipelines import source
from mlmax_pipelines.errors import Problem, SpecError
from mlmax_pipelines.resolve import expressions
from mlmax_pipelines.resolve.modules import Modules, load_modules
from mlmax_pipelines.spec.checks import check_flow
from mlmax_pipelines.spec.fields import in_order
from mlmax_pipelines.spec.model import Module
from mlmax_pipelines.spec.modules import parse_module
from mlmax_pipelines.spec.pipelines import all_steps, parse_pipeline

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
        for path, template in expressions.templates(step.inputs, step.at("inputs")):
            problems += faults(document, path, template)
        for path, template in expressions.templates(step.fields, step.path):
            problems += faults(document, path, template)
    return in_order(problems)


def faults(
    document: source.Document,
    path: tuple[object, ...],
    template: expressions.Template,
) -> list[Problem]:
    return [
        document.problem(fault.message, path, fault.hint, offset=fault.offset)
        for fault in template.faults
    ]


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
