"""A report -> one page that needs nothing else.

What comes in: a report. What goes out: HTML with its style and pictures in it, no
script and no address. Never: a value of a user's that is not escaped.
"""

from __future__ import annotations

import json
from base64 import b64encode
from collections.abc import Callable, Iterator, Sequence
from html import escape
from itertools import groupby
from typing import Any

from mlmax_pipelines.drawing.render import svg
from mlmax_pipelines.observe import units
from mlmax_pipelines.observe.blocks import (
    CODE,
    NUMBER,
    SIZE,
    Block,
    Code,
    Column,
    Head,
    Log,
    Note,
    Noted,
    Pictures,
    Report,
    Section,
    Steps,
    Table,
    Text,
    Times,
    Verbatim,
)
from mlmax_pipelines.observe.causes import human_cause
from mlmax_pipelines.observe.render.style import CSS
from mlmax_pipelines.observe.timeline import Row

_MOST_ROWS = 1000
_MOST_OF_A_CAUSE = 240


def html(report: Report) -> str:
    """The page, complete with doctype; store it as UTF-8."""
    head = report.head
    title = _text(f"{head.pipeline}: {head.execution}")
    policy = "default-src 'none'; img-src data:; style-src 'unsafe-inline'"
    return "\n".join(
        [
            '<!DOCTYPE html>\n<html lang="en">\n<head>\n<meta charset="utf-8">',
            f'<meta http-equiv="Content-Security-Policy" content="{policy}">',
            '<meta name="viewport" content="width=device-width, initial-scale=1">',
            f"<title>{title}</title>\n<style>{CSS}</style>\n</head>\n<body>",
            *_head(head),
            "<main>",
            *_sections(report.sections),
            "</main>\n</body>\n</html>\n",
        ]
    )


def _text(value: Any) -> str:
    """A value as text: strings as they are, anything else as JSON; escaped."""
    if isinstance(value, float):
        value = units.number(value)
    if not isinstance(value, str):
        value = json.dumps(value, ensure_ascii=False, default=str)
    return escape(value)


def _code(value: Any) -> str:
    return f"<code>{_text(value)}</code>"


def _head(head: Head) -> Iterator[str]:
    badge = f'<span class="badge status {head.status}">{_status(head.status)}</span>'
    yield f"<header>\n<h1>{_text(head.pipeline)} {badge}</h1>"
    if head.description:
        yield f'<p class="faint">{_text(head.description)}</p>'
    facts = [
        ("Execution", head.execution),
        ("Environment", head.environment),
        ("Started", units.moment(head.started)),
        ("Took" if head.ended else "Running for", units.duration(head.seconds)),
    ]
    yield '<dl class="facts">'
    for name, value in facts:
        yield f"<div><dt>{name}</dt><dd>{_text(value)}</dd></div>"
    yield "</dl>\n</header>"


def _status(status: str) -> str:
    return escape(status.replace("_", " ").lower())


def _sections(sections: Sequence[Section]) -> Iterator[str]:
    """In order; the graph and what may stand beside it share the page's width."""
    for beside, found in groupby(sections, lambda one: one.aside or _has_graph(one)):
        group = list(found)
        graphs = [section for section in group if _has_graph(section)]
        if beside and graphs:
            yield from _columns(graphs, [one for one in group if one.aside])
            continue
        for section in group:
            yield from _section(section)


def _has_graph(section: Section) -> bool:
    return any(isinstance(block, Steps) for block in section.blocks)


def _columns(graphs: Sequence[Section], asides: Sequence[Section]) -> Iterator[str]:
    """The first aside, the longest, has the other column for itself."""
    yield '<div class="columns">\n<div>'
    for section in (*graphs, *asides[1:]):
        yield from _section(section)
    yield "</div>\n<div>"
    for section in asides[:1]:
        yield from _section(section)
    yield "</div>\n</div>"


def _section(section: Section) -> Iterator[str]:
    alarming = ' class="failure"' if section.alarming else ""
    yield f"<section{alarming}>\n<h2>{_text(section.title)}</h2>"
    for block in section.blocks:
        yield from _BLOCKS[type(block)](block)
    yield "</section>"


def _line(text: Text) -> Iterator[str]:
    parts = (_code(p.value) if isinstance(p, Code) else _text(p) for p in text.parts)
    yield f"<p>{': '.join(parts)}</p>"


def _note(note: Note) -> Iterator[str]:
    yield f'<p class="faint">{_text(note.text)}</p>'


def _verbatim(block: Verbatim) -> Iterator[str]:
    yield f"<pre>{_text(block.text)}</pre>" if block.text else ""


def _log(log: Log) -> Iterator[str]:
    yield f"<h3>{_text(log.title)}</h3>"
    if log.place:
        yield f'<p class="faint any">{_text(log.place)}</p>'
    yield f"<pre>{_text(chr(10).join(log.lines))}</pre>"


def _steps(block: Steps) -> Iterator[str]:
    drawn = svg(block.graph, block.title, block.marks)
    yield f'<div class="graph" tabindex="0">{drawn}</div>'


def _pictures(block: Pictures) -> Iterator[str]:
    yield '<div class="pictures">'
    for picture in block.pictures:
        name = picture.artifact.uri.rsplit("/", 1)[-1]
        about = _text(f"{picture.artifact.step}: {name}")
        content = b64encode(picture.content).decode()
        yield f'<figure><img src="data:image/png;base64,{content}" alt="{about}">'
        yield f"<figcaption>{about}</figcaption></figure>"
    yield "</div>"


def _table(table: Table) -> Iterator[str]:
    heads = [(column.head, _class(column)) for column in table.columns]
    rows = [
        [_cell(column, value) for column, value in zip(table.columns, row)]
        for row in table.rows[:_MOST_ROWS]
    ]
    yield from _grid(heads, rows, len(table.rows) - len(rows))


def _class(column: Column) -> str:
    return "number" if column.type in (NUMBER, SIZE) else "any"


def _cell(column: Column, value: Any) -> str:
    if isinstance(value, Noted):
        note = f'<br><span class="faint">{_text(value.note)}</span>'
        return _cell(column, value.value) + (note if value.note else "")
    if column.type == SIZE:
        return units.size(value)
    if column.type == NUMBER and not isinstance(value, str):
        return units.number(value)
    return _code(value) if column.type == CODE else _text(value)


def _times(times: Times) -> Iterator[str]:
    heads = [("Step", "any"), ("Status", "any"), ("Took", "number"), ("When", "bars")]
    shown = times.rows[:_MOST_ROWS]
    rows = [[*_visit(row, times.now), _bar(row, times)] for row in shown]
    yield from _grid(heads, rows, len(times.rows) - len(rows))


def _visit(row: Row, now: float) -> list[str]:
    indent = f' style="padding-left:{row.depth * 18}px"' if row.depth else ""
    item = f' <span class="faint">item {_text(row.iteration)}</span>'
    name = f"<span{indent}>{_text(row.name)}{item if row.iteration else ''}</span>"
    words = _status(row.status)
    if row.attempts > 1:
        words += f", {row.attempts} attempts"
    if row.items:
        words += f", {row.done} of {row.items} items"
    status = f'<span class="status {row.status}">{words}</span>{_error(row)}'
    return [name, status, units.duration(row.seconds(now))]


def _error(row: Row) -> str:
    if not row.error and not row.remark:
        return ""
    cause = human_cause(row.cause) if row.error else row.remark
    most = _MOST_OF_A_CAUSE
    short = cause if len(cause) <= most else cause[:most] + "…"
    told = ": ".join(part for part in (row.error, short) if part)
    return f'<br><span class="faint">{_text(told)}</span>'


def _bar(row: Row, times: Times) -> str:
    whole = max(times.seconds, 1e-9)
    left = max(0.0, min(99.0, 100 * (row.started - times.started) / whole))
    width = min(100 - left, 100 * row.seconds(times.now) / whole)
    return (
        f'<div class="track {row.status}"><div class="bar"'
        f' style="left:{left:.2f}%;width:{width:.2f}%"></div></div>'
    )


def _grid(
    heads: Sequence[tuple[str, str]], rows: Sequence[Sequence[str]], more: int
) -> Iterator[str]:
    """A table of cells that are HTML already, under heads with their class. The first
    column heads its row."""
    pair = ' class="pair"' if len(heads) == 2 else ""
    yield f'<div class="scroll" tabindex="0"><table{pair}>\n<thead><tr>'
    for head, kind in heads:
        number = ' class="number"' if kind == "number" else ""
        yield f'<th scope="col"{number}>{escape(head)}</th>'
    yield "</tr></thead>\n<tbody>"
    for row in rows:
        cells = [f'<td class="{k}">{c}</td>' for (_, k), c in zip(heads[1:], row[1:])]
        yield f'<tr><th scope="row">{row[0]}</th>{"".join(cells)}</tr>'
    yield "</tbody>\n</table></div>"
    if more:
        yield f'<p class="faint">and {more} more</p>'


_BLOCKS: dict[type[Block], Callable[[Any], Iterator[str]]] = {
    Text: _line,
    Note: _note,
    Verbatim: _verbatim,
    Log: _log,
    Table: _table,
    Steps: _steps,
    Times: _times,
    Pictures: _pictures,
}
