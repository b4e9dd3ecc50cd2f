"""Errors: what commands and executions end with, and what is tried again.

Never: an error of another package.
"""

from __future__ import annotations

from collections.abc import Iterator
from inspect import cleandoc

from mlmax_pipelines.base.errors import EXIT_CODES, PipelineError
from mlmax_pipelines.compiler.passes import opening
from mlmax_pipelines.steps import jobs
from pages import step_types
from pages.markdown import GENERATED, Lines, code, link, table

PAGE = "errors.md"


def exit_codes() -> Lines:
    rows = [[str(number), text] for number, text in EXIT_CODES.items()]
    yield from table(["Exit code", "What it means"], rows)


def page() -> Lines:
    yield from ["# Errors", "", GENERATED, "", "## What a command ends with", ""]
    yield from exit_codes()
    yield from ["", "In Python every known error is a `PipelineError`:", ""]
    rows = [_error(PipelineError), *map(_error, PipelineError.__subclasses__())]
    yield from table(["Error", "Exit code", "What it means"], rows)
    yield from ["", "## What an execution ends with", ""]
    yield from ["Besides AWS's own errors, and those that a `fail` step names:", ""]
    yield from table(["Error", "Of", "What it means"], _declared())
    yield from ["", "## What is tried again", ""]
    say = "Unless a step says otherwise with `retry`, a task is tried again after:"
    yield from [say, ""]
    yield from table(["Tasks", "Errors"], _retried())


def _error(error: type[PipelineError]) -> list[str]:
    about = cleandoc(error.__doc__ or "").splitlines()[0]
    return [code(error.__name__), str(error.exit_code), about]


def _declared() -> Iterator[list[str]]:
    of = {"every pipeline": opening.ERRORS}
    for one in step_types.jobs_then_flow():
        of[link(step_types.PAGE, one.type)] = dict(one.errors)
    for who, found in of.items():
        yield from ([code(name), who, text] for name, text in found.items())


def _retried() -> Iterator[list[str]]:
    """Tasks that are tried again after the same errors, in one row."""
    tasks: dict[str, list[str]] = {}
    kinds = jobs.all_kinds()
    for name in filter(jobs.built_in, sorted(kinds)):
        groups = (*kinds[name].retries, kinds[name].vague)
        names = " ".join(code(e) for group in groups for e in group)
        tasks.setdefault(names, []).append(code(name))
    yield from ([" ".join(same), names] for names, same in tasks.items() if names)
