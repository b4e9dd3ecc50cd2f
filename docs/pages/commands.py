"""Commands as click knows them: what they do, options, examples.

Never: click's own layout, which changes from release to release.
"""

from __future__ import annotations

from collections.abc import Iterator
from inspect import cleandoc
from textwrap import dedent

import click

from mlmax_pipelines.cli.main import SECTIONS, cli
from pages.markdown import GENERATED, Lines, code, link, table

PAGE = "commands.md"
# What click marks a paragraph with that it must not fill.
_AS_IT_IS = "\b\n"


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


def in_short() -> Lines:
    listed = cli.entries.items()
    rows = [
        [link(f"docs/{PAGE}", f"pipeline {name}"), one.help] for name, one in listed
    ]
    yield from table(["Command", "What it does"], rows)


def page() -> Lines:
    yield from ["# Commands", "", GENERATED, "", *_paragraphs(cli.help or "")]
    yield from _options(cli)
    section = ""
    for title, name, command in _commands():
        if title != section:
            yield from ["", f"## {title}"]
            section = title
        yield from ["", f"### {code(f'pipeline {name}')}", ""]
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
        yield from table(["Option", "What it does"], rows)


def _option(option: click.Option) -> list[str]:
    names = ", ".join([*option.opts, *option.secondary_opts])
    help = option.help or ""
    if option.show_default:
        help += f"  [default: {option.default}]"
    if isinstance(option.type, click.Choice):
        help = f"{help}  One of {', '.join(map(code, option.type.choices))}."
    value = "" if option.is_flag else f" {option.metavar or 'VALUE'}"
    return [code(names + value), help.strip()]
