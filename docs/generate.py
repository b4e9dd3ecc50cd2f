"""Declarations -> the tables of README.md and the pages beside this file.

What comes in: step types, commands and errors as the package declares them. What goes
out: README.md's tables, between their markers, and docs/step-types.md, commands.md and
errors.md. Never: a word of its own on a type, a command or an error; a page that
depends on what else is installed.

    python docs/generate.py           # `make docs`
    python docs/generate.py --check   # prints what is stale, and fails
"""

from __future__ import annotations

import re
import sys
from collections.abc import Iterable, Iterator, Mapping, Sequence
from difflib import unified_diff
from inspect import cleandoc
from pathlib import Path
from textwrap import dedent
from typing import Any

import click

from mlmax_pipelines.base import errors
from mlmax_pipelines.cli.main import SECTIONS, cli
from mlmax_pipelines.compiled import MISSING
from mlmax_pipelines.compiler.passes import opening
from mlmax_pipelines.steps import jobs
from mlmax_pipelines.steps.contract import Field, StepType
from mlmax_pipelines.steps.registry import step_types

ROOT = Path(__file__).parents[1]
_GENERATED = "<!-- `make docs` writes this page. -->"
_TABLE = re.compile(r"(<!-- generated: ([a-z-]+) -->\n).*?(<!-- end -->)", re.DOTALL)
# What click marks a paragraph with that it must not fill.
_AS_IT_IS = "\b\n"

Lines = Iterator[str]


def main(arguments: Sequence[str]) -> int:
    texts = {name: _text(page()) for name, page in _PAGES.items()}
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    texts["README.md"] = _TABLE.sub(_filled, readme)
    if "--check" in arguments:
        stale = list(_stale(texts))
        sys.stdout.writelines(stale)
        return int(bool(stale))
    for name, text in texts.items():
        (ROOT / name).write_text(text, encoding="utf-8")
    return 0


def _filled(found: re.Match[str]) -> str:
    return found[1] + _text(_TABLES[found[2]]()) + found[3]


def _stale(texts: Mapping[str, str]) -> Lines:
    """What `make docs` would change."""
    for name, text in texts.items():
        path = ROOT / name
        before = path.read_text(encoding="utf-8") if path.exists() else ""
        old, new = (one.splitlines(keepends=True) for one in (before, text))
        yield from unified_diff(old, new, name, f"{name} after 'make docs'")


def _text(lines: Iterable[str]) -> str:
    return "".join(f"{line}\n" for line in lines)


def _table(heads: Sequence[str], rows: Iterable[Sequence[str]]) -> Lines:
    for cells in (heads, ["---"] * len(heads), *rows):
        yield f"| {' | '.join(cell.replace('|', '&#124;') for cell in cells)} |"


def _code(text: Any) -> str:
    return f"`{text}`"


def _link(page: str, head: str) -> str:
    """To a section of a page, as GitHub and most others name it."""
    place = re.sub(r"[^\w -]", "", head).replace(" ", "-").lower()
    return f"[{_code(head)}]({page}#{place})"


# Step types


def _jobs_then_flow() -> list[StepType]:
    return sorted(step_types().values(), key=lambda one: not one.is_job)


def _types_in_short() -> Lines:
    page = "docs/step-types.md"
    rows = [[_link(page, one.type), one.summary] for one in _jobs_then_flow()]
    yield from _table(["Type", "What it is"], rows)


def _types() -> Lines:
    yield from ["# Step types", "", _GENERATED]
    for one in _jobs_then_flow():
        yield from ["", f"## {_code(one.type)}", "", f"{_sentence(one.summary)}."]
        yield from _fields(one)
        if one.is_job:
            yield from _ports("Inputs", one.inputs)
            yield from _ports("Outputs", one.outputs)
        yield from _jobs(one)
        yield from _errors(one.errors)


def _sentence(text: str) -> str:
    return text[:1].upper() + text[1:]


def _fields(one: StepType) -> Lines:
    if not one.fields:
        return
    place = "A module has under `implementation`" if one.is_job else "A step has"
    yield from ["", f"{place}:", ""]
    rows = [row for name, form in one.fields.items() for row in _rows(name, form)]
    yield from _table(["Key", "Type", "Default", ""], rows)


def _rows(name: str, form: Field) -> Iterator[list[str]]:
    """A key, and those inside it."""
    type_ = " ".join(map(_code, form.enum)) if form.enum else _type(form)
    if form.minimum is not None:
        type_ += f", at least {form.minimum}"
    yield [_code(name), type_, _default(form), form.description]
    inner = form.items if form.type == "list" and form.items else form
    prefix = f"{name}[]." if inner is form.items else f"{name}."
    for key, one in (inner.fields or {}).items():
        yield from _rows(prefix + key, one)


def _type(form: Field) -> str:
    if form.type == "list" and form.items and form.items.type != "any":
        return f"list of {form.items.type}"
    return form.type


def _default(form: Field) -> str:
    if form.required:
        return "required"
    if form.default is MISSING:
        return ""
    value = form.default
    return _code(", ".join(map(str, value)) if isinstance(value, tuple) else value)


def _ports(title: str, ports: Mapping[str, str] | None) -> Lines:
    words = [f"{_code(name)} ({type_})" for name, type_ in (ports or {}).items()]
    yield from ["", f"{title}: {', '.join(words) or 'what its module declares'}."]


def _jobs(one: StepType) -> Lines:
    if not one.jobs:
        return
    rows = [
        [kind.label, _code(kind.integration), "yes" if kind.local else "no"]
        for kind in one.jobs
    ]
    yield ""
    yield from _table(["On AWS", "Integration", "Runs on this machine"], rows)


def _errors(found: Mapping[str, str]) -> Lines:
    if found:
        yield from ["", "Errors:", ""]
        rows = [[_code(name), text] for name, text in found.items()]
        yield from _table(["Error", "What it means"], rows)


# Commands


def _commands() -> Iterator[tuple[str, str, click.Command]]:
    """Section, name, command."""
    for title, section in SECTIONS.items():
        for name in section:
            command = cli.get_command(click.Context(cli), name)
            assert command is not None
            yield title, name, command


def _usage(name: str, command: click.Command) -> str:
    arguments = [one for one in command.params if isinstance(one, click.Argument)]
    words = [one.metavar or str(one.name).upper() for one in arguments]
    return " ".join(["pipeline", name, *words])


def _commands_in_short() -> Lines:
    page = "docs/commands.md"
    listed = cli.entries.items()
    rows = [[_link(page, f"pipeline {name}"), one.help] for name, one in listed]
    yield from _table(["Command", "What it does"], rows)


def _commands_in_full() -> Lines:
    yield from ["# Commands", "", _GENERATED, "", *_paragraphs(cli.help or "")]
    yield from _options(cli)
    section = ""
    for title, name, command in _commands():
        if title != section:
            yield from ["", f"## {title}"]
            section = title
        yield from ["", f"### {_code(f'pipeline {name}')}", ""]
        yield from ["```", _usage(name, command), "```", ""]
        yield from _paragraphs(command.help or "")
        yield from _options(command)


def _paragraphs(help: str) -> Lines:
    """A help text; what click prints as it is stands in a block, its title before."""
    for number, text in enumerate(cleandoc(help).split("\n\n")):
        yield from [""] if number else []
        if not text.startswith(_AS_IT_IS):
            yield from text.splitlines()
            continue
        text = text.removeprefix(_AS_IT_IS)
        if not text.startswith(" "):
            title, _, text = text.partition("\n")
            yield from [title, ""]
        yield from ["```", *dedent(text).splitlines(), "```"]


def _options(command: click.Command) -> Lines:
    rows = [_option(one) for one in command.params if isinstance(one, click.Option)]
    if rows:
        yield ""
        yield from _table(["Option", ""], rows)


def _option(option: click.Option) -> list[str]:
    names = ", ".join([*option.opts, *option.secondary_opts])
    help = option.help or ""
    if option.show_default:
        help += f"  [default: {option.default}]"
    if isinstance(option.type, click.Choice):
        help = f"{help}  One of {', '.join(map(_code, option.type.choices))}."
    value = "" if option.is_flag else f" {option.metavar or 'VALUE'}"
    return [_code(names + value), help.strip()]


# Errors


def _exit_codes() -> Lines:
    rows = [[str(code), text] for code, text in errors.EXIT_CODES.items()]
    yield from _table(["Exit code", "What it means"], rows)


def _all_errors() -> Lines:
    yield from ["# Errors", "", _GENERATED, "", "## What a command ends with", ""]
    yield from _exit_codes()
    yield from ["", "In Python every known error is a `PipelineError`:", ""]
    base = errors.PipelineError
    rows = [_error(base), *map(_error, base.__subclasses__())]
    yield from _table(["Error", "Exit code", "What it means"], rows)
    yield from ["", "## What an execution ends with", ""]
    yield from ["Besides AWS's own errors, and those that a `fail` step names:", ""]
    of = {_link("step-types.md", one.type): one.errors for one in _jobs_then_flow()}
    of = {"every pipeline": opening.ERRORS, **of}
    rows = [[_code(n), who, t] for who, all_ in of.items() for n, t in all_.items()]
    yield from _table(["Error", "Of", "What it means"], rows)
    yield from ["", "## What is tried again", ""]
    say = "Unless a step says otherwise with `retry`, a task is tried again after:"
    yield from [say, ""]
    yield from _table(["Tasks", "Errors"], _retried())


def _error(error: type[errors.PipelineError]) -> list[str]:
    about = cleandoc(error.__doc__ or "").splitlines()[0]
    return [_code(error.__name__), str(error.exit_code), about]


def _retried() -> Iterator[list[str]]:
    """Tasks that are tried again after the same errors, in one row."""
    tasks: dict[str, list[str]] = {}
    kinds = jobs.all_kinds()
    for name in filter(jobs.built_in, sorted(kinds)):
        names = " ".join(_code(e) for group in kinds[name].retries for e in group)
        tasks.setdefault(names, []).append(_code(name))
    yield from ([" ".join(same), names] for names, same in tasks.items() if names)


_TABLES = {
    "step-types": _types_in_short,
    "commands": _commands_in_short,
    "exit-codes": _exit_codes,
}
_PAGES = {
    "docs/step-types.md": _types,
    "docs/commands.md": _commands_in_full,
    "docs/errors.md": _all_errors,
}

if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
