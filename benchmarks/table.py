"""The table: what was measured, as lines to read.

What comes in: rows with their figures, or with why there is none. What goes out: text
of about 100 columns. Never: prints.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby

from measure import Figure
from rows import Row

_MEGABYTE = 1_000_000
# Title, time, figure with its unit, its range, CPU, target, peak, verdict.
_LINE = "  {:<32}{:>7}  {:>6} {:<14}{:<11}{:>5}  {:<11}{:>6}  {}"
_HEAD = _LINE.format("", "time", "", "", "least-most", "CPU", "target", "peak", "")


@dataclass(frozen=True)
class Measured:
    """A row and its figure; without one, `reason` says why."""

    row: Row
    version: str = ""
    figure: Figure | None = None
    reason: str = ""


def lines(measured: Sequence[Measured]) -> Iterator[str]:
    """The table, a part for each kind of row, peers below ours."""
    yield _HEAD.rstrip()
    for section, members in groupby(measured, lambda one: one.row.section):
        yield ""
        yield section
        yield from (_line(one).rstrip() for one in members)


def _line(one: Measured) -> str:
    row, figure = one.row, one.figure
    title = f"{'  ' if row.peer else ''}{row.title} {one.version}"
    if figure is None:
        return f"  {title:<32}  {one.reason}"
    return _LINE.format(
        title,
        _time(figure.seconds),
        _number(figure.value),
        row.unit,
        f"{_number(figure.low)}-{_number(figure.high)}",
        _number(figure.cpu) if figure.cpu else "",
        _target(row),
        f"{figure.peak / _MEGABYTE:.0f} MB",
        _verdict(row, figure),
    )


def _time(seconds: float) -> str:
    return f"{seconds:.1f} s" if seconds >= 1 else f"{seconds * 1000:.0f} ms"


def _number(value: float) -> str:
    """Two or three digits that matter: 0.071, 1.4, 12, 310."""
    if abs(value) >= 10:
        return f"{value:.0f}"
    return f"{value:.1f}" if abs(value) >= 1 else f"{value:.2g}"


def _target(row: Row) -> str:
    if not row.target:
        return ""
    aim = f", aim {row.aim:g}" if row.aim else ""
    return f"{row.target:g}{aim}"


def _verdict(row: Row, figure: Figure) -> str:
    """Whether a target was met: empty where there is none."""
    if figure.low < 0:
        return "noise"
    over = []
    if row.target and figure.value > row.target:
        over.append("over")
    if row.megabytes and figure.peak > row.megabytes * _MEGABYTE:
        over.append(f"over {row.megabytes:g} MB")
    return ", ".join(over) if over else "ok" if row.target else ""
