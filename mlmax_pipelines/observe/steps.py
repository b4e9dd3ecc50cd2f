"""Rows of states -> rows of steps, and marks for the picture of a pipeline.

What comes in: the rows of a timeline. What goes out: rows in which the states that
the compiler added to a step are one with it, and a mark per node of a graph. Never:
changes the rows it was given.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Iterable, Sequence

from mlmax_pipelines.drawing.model import Graph
from mlmax_pipelines.drawing.render import Mark
from mlmax_pipelines.observe.timeline import Row
from mlmax_pipelines.observe.units import duration

_SIGNS = {
    "SUCCEEDED": "✓",
    "CAUGHT": "✗",
    "FAILED": "✗",
    "TIMED_OUT": "✗",
    "ABORTED": "■",
    "RUNNING": "…",
    "RETRYING": "↻",
}
# What counts most when a node was visited more than once, as in a Map state.
_WEIGHTS = ("RUNNING", "RETRYING", "FAILED", "TIMED_OUT", "CAUGHT", "ABORTED")


def folded(rows: Iterable[Row]) -> list[Row]:
    """One row per visit of a step; states that belong to no step are left out, and so
    is what happens inside a state of its own step."""
    merged: dict[int, Row] = {}
    visited: dict[int, set[str]] = {}
    result: list[Row] = []
    for row in rows:
        if not row.step:
            continue
        if row.parent is not None and _is_inside_own(row):
            merged[id(row)] = merged[id(row.parent)]
            continue
        group = merged.get(id(row.before))
        if group is None or not _belongs(row, group, visited[id(group)]):
            group = replace(row, name=row.step, parent=merged.get(id(row.parent)))
            visited[id(group)] = set()
            result.append(group)
        else:
            _merge(group, row)
        visited[id(group)].add(row.name)
        merged[id(row)] = group
    return result


def _is_inside_own(row: Row) -> bool:
    """Inside another state of the same step, which has come of it."""
    return row.parent is not None and row.parent.step == row.step


def _belongs(row: Row, group: Row, visited: set[str]) -> bool:
    """One more state of the step, not the step's next visit."""
    return row.step == group.name and row.name not in visited


def _merge(group: Row, row: Row) -> None:
    group.attempts = max(group.attempts, row.attempts)
    group.stopped, group.changed = row.stopped, row.changed
    group.items, group.done = row.items or group.items, row.done or group.done
    group.errors += row.errors
    group.remark = group.remark or row.remark
    if group.status != "CAUGHT":
        group.status = row.status
    if row.error:
        group.error, group.cause = row.error, row.cause


def marks(rows: Sequence[Row], graph: Graph, now: float) -> dict[str, Mark]:
    """What became of each node of a graph that was reached, until `now`."""
    visits: dict[str, list[Row]] = {}
    for row in rows:
        if not _is_inside_own(row):
            visits.setdefault(row.name, []).append(row)
    found = {}
    for node in graph.walk():
        mine = [row for name in node.states for row in visits.get(name, ())]
        if mine:
            found[node.id] = _mark(mine, now)
    return found


def _mark(visits: Sequence[Row], now: float) -> Mark:
    items = {row.iteration for row in visits}
    status = visits[-1].status
    if len(items) > 1 or any(row.error for row in visits):
        statuses = {row.status for row in visits}
        status = next((one for one in _WEIGHTS if one in statuses), status)
    if len(items) > 1:
        started = min(row.started for row in visits)
        seconds = max(row.started + row.seconds(now) for row in visits) - started
    else:
        seconds = sum(row.seconds(now) for row in visits)
    took = f" {duration(seconds)}" if seconds >= 0.005 else ""
    note = _SIGNS.get(status, "") + took
    return Mark(status, f"{note} × {len(items)}" if len(items) > 1 else note)
