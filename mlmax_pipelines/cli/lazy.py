"""A click group that knows its commands' names and one-line helps without them.

What comes in: sections of commands, each with the module it lives in. What goes out:
`--help` at the cost of click alone, and a command imported when it is called.
Never: imports a command to list it.
"""

from __future__ import annotations

from importlib import import_module
from typing import Any, Mapping, NamedTuple

import click


class Entry(NamedTuple):
    """A command that is not imported yet: `module` holds it as attribute `name`."""

    module: str
    name: str
    help: str


class LazyGroup(click.Group):
    """A group whose commands are imported when they are called."""

    def __init__(
        self, *args: Any, sections: Mapping[str, Mapping[str, Entry]], **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self.sections = sections
        self.entries = {
            name: entry
            for section in sections.values()
            for name, entry in section.items()
        }

    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(self.entries)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        entry = self.entries.get(cmd_name)
        if entry is None:
            return None
        command = getattr(import_module(entry.module), entry.name)
        assert isinstance(command, click.Command)
        return command

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        if args and args[0] not in self.entries and not args[0].startswith("-"):
            raise click.UsageError(_unknown(args[0], list(self.entries)), ctx)
        return super().resolve_command(ctx, args)

    def format_commands(
        self, ctx: click.Context, formatter: click.HelpFormatter
    ) -> None:
        width = max(len(name) for name in self.entries)
        for title, section in self.sections.items():
            rows = [(name.ljust(width), entry.help) for name, entry in section.items()]
            with formatter.section(title):
                formatter.write_dl(rows)


def _unknown(name: str, names: list[str]) -> str:
    from mlmax_pipelines.base.hints import question

    found = f"no command '{name}'"
    asked = question(name, names)
    return f"{found}: {asked}" if asked else found
