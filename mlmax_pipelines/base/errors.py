"""Every error a user can meet, and the exit code it ends the process with.

What comes in: what went wrong, where, and what to do next. What goes out: one line
(or one line per problem) of text. Never: a traceback for a known error.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

EXIT_BUG = 1
EXIT_USAGE = 2
EXIT_AWS = 3
EXIT_EXECUTION = 4
EXIT_INTERRUPTED = 130
EXIT_CODES = {
    0: "done",
    EXIT_BUG: "`pipeline diff` found a difference; anywhere else, a bug of ours",
    EXIT_USAGE: "something is wrong with what was typed, or with a spec",
    EXIT_AWS: "AWS refused, or a stack failed",
    EXIT_EXECUTION: "the execution failed, timed out, was stopped or is not verified",
    EXIT_INTERRUPTED: "interrupted",
}


@dataclass(frozen=True)
class Where:
    """A place in a file: `line` and `column` count from 1; 0 means the whole file."""

    path: str
    line: int = 0
    column: int = 0

    def __str__(self) -> str:
        if not self.line:
            return self.path
        return f"{self.path}:{self.line}:{self.column}"


@dataclass(frozen=True)
class Problem:
    """One thing wrong with what the user wrote, ready to be printed.

    `source` is the text of the line at `where`, for a caret under the column.
    """

    message: str
    where: Where | None = None
    hint: str = ""
    source: str = ""

    @property
    def line(self) -> str:
        """Message and hint in one line, for where text of one line is kept."""
        return f"{self.message} ({self.hint})" if self.hint else self.message

    @property
    def unseen(self) -> Problem:
        """The same without the line: what stands there is nobody's to read."""
        return replace(self, source="")

    def __str__(self) -> str:
        place = f"{self.where}: " if self.where else ""
        lines = [f"{place}{self.message}"]
        if self.source and self.where and self.where.line:
            lines.append(f"    {self.source}")
            lines.append("    " + " " * (self.where.column - 1) + "^")
        if self.hint:
            lines.append(f"  hint: {self.hint}")
        return "\n".join(lines)


class PipelineError(Exception):
    """Base of every known error: a message, where it is, and what to do next."""

    exit_code = EXIT_USAGE

    def __init__(
        self, message: str, where: Where | None = None, hint: str = ""
    ) -> None:
        self.problem = Problem(message, where, hint)
        super().__init__(message)

    def __str__(self) -> str:
        return str(self.problem)


class SpecError(PipelineError):
    """Everything wrong with the specs at hand, all of it at once."""

    def __init__(self, problems: Sequence[Problem]) -> None:
        self.problems = tuple(problems)
        super().__init__(f"{len(self.problems)} problems")

    def __str__(self) -> str:
        return "\n".join(str(problem) for problem in self.problems)


class UsageError(PipelineError):
    """A command line, an input or an environment that cannot be used."""


class AwsError(PipelineError):
    """AWS refused a call, or a stack failed."""

    exit_code = EXIT_AWS


class ExecutionError(PipelineError):
    """An execution failed, timed out or was aborted."""

    exit_code = EXIT_EXECUTION
