"""How times, sizes, statuses and tables look on a terminal and in a pipe.

What comes in: numbers and rows. What goes out: text. Never: prints.
"""

from __future__ import annotations

import time
from typing import Sequence

import click

_COLORS = {
    "SUCCEEDED": "green",
    "RUNNING": "cyan",
    "FAILED": "red",
    "TIMED_OUT": "red",
    "ABORTED": "yellow",
}


def duration(seconds: float) -> str:
    """`0.4 s`, `12 s`, `3m 05s`, `2h 10m`."""
    if seconds < 10:
        return f"{seconds:.1f} s"
    whole = round(seconds)
    if whole < 60:
        return f"{whole} s"
    if whole < 3600:
        return f"{whole // 60}m {whole % 60:02}s"
    return f"{whole // 3600}h {whole % 3600 // 60:02}m"


def moment(seconds: float) -> str:
    """A time as the clock on this machine shows it."""
    return time.strftime("%Y-%m-%d %H:%M:%S", time.localtime(seconds))


def size(count: int) -> str:
    """Bytes: `512 B`, `12.3 kB`, `4.0 MB`."""
    amount, unit = float(count), "B"
    for bigger in ("kB", "MB", "GB", "TB"):
        if amount < 1000:
            break
        amount, unit = amount / 1000, bigger
    return f"{count} B" if unit == "B" else f"{amount:.1f} {unit}"


def status(text: str) -> str:
    """A status in its color; click drops the color where there is no terminal."""
    return click.style(text, fg=_COLORS.get(text))


def table(headers: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    """Left-aligned columns, two blanks apart, nothing after the last."""
    cells = [list(headers), *([*row] for row in rows)]
    widths = [
        max(len(click.unstyle(row[column])) for row in cells)
        for column in range(len(headers))
    ]
    return "\n".join(
        "  ".join(
            cell + " " * (width - len(click.unstyle(cell)))
            for cell, width in zip(row, widths)
        ).rstrip()
        for row in cells
    )


def ended(status: str) -> str:
    """How an execution ended, as a verb."""
    return {
        "SUCCEEDED": "succeeded",
        "TIMED_OUT": "timed out",
        "ABORTED": "was stopped",
    }.get(status, "failed")
