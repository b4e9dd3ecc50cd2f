"""Progress on a terminal: a table of steps that changes in place.

What comes in: timelines, and the lines that jobs print. What goes out: the table on
stderr, which stays there in its last state. Never: more rows than the terminal has.
"""

from __future__ import annotations

import time
from collections.abc import Sequence
from typing import TYPE_CHECKING

from rich.console import Console, Group, JustifyMethod
from rich.live import Live
from rich.table import Table
from rich.text import Text

from mlmax_pipelines.observe.render import cells
from mlmax_pipelines.observe.steps import folded
from mlmax_pipelines.observe.timeline import Row, Timeline
from mlmax_pipelines.observe.units import duration

if TYPE_CHECKING:
    from mlmax_pipelines.backends.contract import Backend, ExecutionRecord
    from mlmax_pipelines.compiled import CompiledPipeline

_STYLES = {
    "RUNNING": "cyan",
    "RETRYING": "yellow",
    "SUCCEEDED": "green",
    "CAUGHT": "yellow",
    "FAILED": "bold red",
    "TIMED_OUT": "bold red",
    "ABORTED": "yellow",
}
# Name, status, duration, remark.
_COLUMNS: tuple[JustifyMethod, ...] = ("left", "left", "right", "left")
# Lines of the terminal that are not rows: the title, and two left free.
_RESERVED_LINES = 3
# Of a log, to find one with something in it.
_LAST_LINES = 5


class LiveTable:
    """Draws the table again each time it is shown a timeline."""

    def __init__(
        self, backend: Backend, pipeline: CompiledPipeline, record: ExecutionRecord
    ) -> None:
        self._backend = backend
        self._record = record
        self._steps = list(dict.fromkeys(s.step for s in pipeline.states if s.step))
        self._nested = _nested_steps(pipeline)
        self._lines: dict[str, str] = {}
        self._console = Console(stderr=True, highlight=False)
        self._live = Live(console=self._console, auto_refresh=False)
        self._live.start()

    def show(self, timeline: Timeline) -> None:
        self._live.update(self._draw(timeline), refresh=True)

    def close(self) -> None:
        self._live.stop()

    def _draw(self, timeline: Timeline) -> Group:
        rows = folded(timeline.rows)
        self._read_logs(rows)
        running = timeline.status == "RUNNING"
        room = max(3, self._console.height - _RESERVED_LINES)
        shown = _fitting(rows, room)
        lines = [self._row(row) for row in shown]
        if len(shown) < len(rows):
            lines.insert(0, [Text(f"... {len(rows) - len(shown)} more", style="dim")])
        for step in self._to_come(rows) if running else ():
            if len(lines) < room:
                lines.append([Text(step, style="dim")])
        table = _table(lines, self._console.width)
        # How it ended is for the summary to say.
        return Group(self._title(), table) if running else Group(table)

    def _to_come(self, rows: Sequence[Row]) -> list[str]:
        seen = {row.step for row in rows}
        return [s for s in self._steps if s not in seen and s not in self._nested]

    def _title(self) -> Text:
        taken = duration(time.time() - self._record.start_time)
        title = Text(self._record.name, style="bold")
        title.append("  RUNNING", _STYLES["RUNNING"])
        return title.append(f"  {taken}", "dim")

    def _row(self, row: Row) -> list[Text]:
        return [
            Text(cells.visit(row)),
            Text(row.status, style=_STYLES.get(row.status, "")),
            Text(duration(row.seconds(time.time()))),
            Text(self._remark(row), style="dim"),
        ]

    def _remark(self, row: Row) -> str:
        if row.error:
            return cells.failure(row.error, row.cause)
        if not row.open:
            return ""
        if row.items:
            return f"{row.done} of {row.items} items"
        tries = f"attempt {row.attempts}: " if row.attempts > 1 else ""
        return tries + ("" if row.iteration else self._lines.get(row.step, ""))

    def _read_logs(self, rows: Sequence[Row]) -> None:
        """Keep the last line of each job that runs."""
        # Items of a map share one state: nobody can tell whose line is the last.
        for name in {row.name for row in rows if row.open and not row.iteration}:
            lines = self._backend.log_end(self._record.id, name, _LAST_LINES)
            shown = [line for line in map(cells.visible, lines) if line]
            self._lines[name] = shown[-1] if shown else self._lines.get(name, "")


def _table(lines: Sequence[Sequence[Text]], width: int) -> Table:
    """The lines as columns; on a narrow terminal the remarks give way."""
    table = Table(box=None, show_header=False, pad_edge=False, padding=(0, 2, 0, 0))
    left = width
    for column, justify in enumerate(_COLUMNS):
        cells = [line[column].cell_len for line in lines if column < len(line)]
        # Half of it at most for a name.
        most = max(1, min(left, max(cells, default=0), width if column else width // 2))
        left -= most + 2
        table.add_column(
            no_wrap=True, justify=justify, overflow="ellipsis", max_width=most
        )
    for line in lines:
        table.add_row(*line)
    return table


def _fitting(rows: Sequence[Row], room: int) -> list[Row]:
    """The rows to show when not all fit: what is done goes first, oldest first."""
    surplus = len(rows) - room
    if surplus <= 0:
        return list(rows)
    done = [row for row in rows if row.status == "SUCCEEDED"]
    dropped = {id(row) for row in done[: surplus + 1]}
    return [row for row in rows if id(row) not in dropped][-room + 1 :]


def _nested_steps(pipeline: CompiledPipeline) -> set[str]:
    """Steps inside Parallel and Map: how often they run is not known beforehand."""
    top = pipeline.definition["States"]
    outer = {state.step for state in pipeline.states if state.name in top}
    return {state.step for state in pipeline.states}.difference(outer)
