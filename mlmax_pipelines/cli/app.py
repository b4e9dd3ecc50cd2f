"""What every command shares: the project it works on, and how it speaks.

What comes in: the options before the command. What goes out: the project, found when
a command first asks for it; lines on stderr. Never: results, which commands print to
stdout themselves.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import click

from mlmax_pipelines.base import printed

if TYPE_CHECKING:
    from mlmax_pipelines.backends.contract import Backend, ExecutionRecord
    from mlmax_pipelines.project import Project

Command = TypeVar("Command", bound=Callable[..., Any])

_ENVIRONMENT = "Environment: a file of envs/."


@dataclass
class App:
    """The options before the command; handed to each command as click's object."""

    folder: str
    debug: bool

    @cached_property
    def project(self) -> "Project":
        """The project the command works on.

        Raises UsageError when there is none.
        """
        from mlmax_pipelines.project import Project, find

        return Project(find(Path.cwd(), self.folder), say)

    def backend(self, env: str) -> "Backend":
        """Where executions of that environment run. Raises PipelineError."""
        return self.project.backend(self.project.environment(env))

    def conclude(
        self, backend: "Backend", record: "ExecutionRecord"
    ) -> "ExecutionRecord":
        """Tell listeners of an execution's end, if nobody has; the record with what it
        ran."""
        from mlmax_pipelines.project import executions

        known = executions.conclude(self.project, backend, record)
        return executions.proven(record, known)

    def place(self, env: str, uri: str) -> str:
        """Where a person finds what is at `uri`, as short as it can be said."""
        place = self.project.place(self.project.environment(env), uri)
        return place if isinstance(place, str) else near(place)


def environment_option(command: Command) -> Command:
    """`-e/--env ENV`, given to the command as `env`."""
    return click.option(
        "-e",
        "--env",
        metavar="ENV",
        default="local",
        show_default=True,
        help=_ENVIRONMENT,
    )(command)


def format_option(*formats: str) -> Callable[[Command], Command]:
    """`--format`, the first one being the default; given as `form`."""
    return click.option(
        "--format",
        "form",
        type=click.Choice(formats),
        default=formats[0],
        show_default=True,
        help="Form of the output.",
    )


def in_environment(env: str) -> str:
    """The option that a command to type next needs."""
    return "" if env == "local" else f" -e {env}"


def say(text: str) -> None:
    """One line of progress, to stderr."""
    click.echo(printed.safe(text), err=True)


def show(text: str, nl: bool = True) -> None:
    """A result, to stdout; neither lets others' text do anything to a terminal."""
    click.echo(printed.safe(text), nl=nl)


def near(path: Path) -> str:
    """A path as it would be typed: relative when it is below the current folder."""
    try:
        return str(path.resolve().relative_to(Path.cwd()))
    except ValueError:
        return str(path)
