"""How times, statuses, names and tables look on a terminal and in a pipe.

What comes in: values and rows. What goes out: text, statuses in their colors (which
whoever prints it drops where there is no terminal). Never: prints.
"""

from __future__ import annotations

import time
from collections.abc import Sequence
from os.path import commonprefix

from mlmax_pipelines.base import printed
from mlmax_pipelines.observe.causes import sentence
from mlmax_pipelines.observe.timeline import Row

_CUT = "..."
# SGR parameters (ECMA-48): green, cyan, red, yellow.
_COLORS = {
    "SUCCEEDED": 32,
    "RUNNING": 36,
    "RETRYING": 33,
    "CAUGHT": 33,
    "FAILED": 31,
    "TIMED_OUT": 31,
    "ABORTED": 33,
}


def clock(seconds: float) -> str:
    """The time of day on this machine."""
    return time.strftime("%H:%M:%S", time.localtime(seconds))


def moment(seconds: float) -> str:
    """A time as the clock on this machine shows it."""
    return time.strftime("%Y-%m-%d %H:%M:%S", time.localtime(seconds))


def visit(row: Row) -> str:
    """A step's name as a row of a table: indented in what contains it."""
    item = f" [{row.iteration}]" if row.iteration else ""
    return "  " * row.depth + row.name + item


def failure(error: str | None, cause: str | None) -> str:
    """An error and its cause on one line."""
    return ": ".join(part for part in (error, sentence(cause)) if part)


def visible(line: str) -> str:
    """What a terminal would have left of a printed line, without colors and indent."""
    return printed.line(line.replace("\t", " ")).strip()


def status(text: str) -> str:
    """A status in its color."""
    color = _COLORS.get(text)
    return f"\x1b[{color}m{text}\x1b[0m" if color else text


def alarming(text: str) -> str:
    """A text in the color of what failed."""
    return f"\x1b[{_COLORS['FAILED']}m{text}\x1b[0m"


def beside(a: str, b: str, widest: int) -> tuple[str, str]:
    """Two texts, each cut to a width; of long ones that begin alike, what tells them
    apart stays."""
    alike = len(commonprefix([a, b])) if a != b else 0
    longest = max(map(len, (a, b)))
    room = widest - len(_CUT)
    start = max(0, min(alike - room // 4, longest - room)) if longest > widest else 0
    return _cut(a, start, widest), _cut(b, start, widest)


def _cut(text: str, start: int, widest: int) -> str:
    if len(text) <= widest:
        return text
    text = _CUT + text[start:] if start else text
    return text if len(text) <= widest else text[: widest - len(_CUT)] + _CUT


def table(headers: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    """Left-aligned columns, two blanks apart, nothing after the last; a row is a line,
    whatever stands in its cells."""
    cells = [list(headers), *(list(map(_in_a_line, row)) for row in rows)]
    widths = [
        max(printed.width(row[column]) for row in cells)
        for column in range(len(headers))
    ]
    return "\n".join(
        "  ".join(
            cell + " " * (width - printed.width(cell))
            for cell, width in zip(row, widths)
        ).rstrip()
        for row in cells
    )


def _in_a_line(cell: str) -> str:
    return printed.safe(cell).replace("\n", " ")


def ended(status: str) -> str:
    """How an execution ended, as a verb."""
    return {
        "SUCCEEDED": "succeeded",
        "TIMED_OUT": "timed out",
        "ABORTED": "was stopped",
    }.get(status, "failed")
