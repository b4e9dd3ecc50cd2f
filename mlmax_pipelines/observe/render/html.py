"""A report -> one page that needs nothing else.

What comes in: a report. What goes out: HTML with its style and pictures in it, no
script and no address. Never: a value of a user's that is not escaped.
"""

from __future__ import annotations

import json
from base64 import b64encode
from html import escape
from typing import Any, Iterable, Iterator, Sequence

from mlmax_pipelines.drawing.render import svg
from mlmax_pipelines.observe import units
from mlmax_pipelines.observe.failure import human_cause
from mlmax_pipelines.observe.metrics import flat_text
from mlmax_pipelines.observe.render.style import CSS
from mlmax_pipelines.observe.report import Report
from mlmax_pipelines.observe.timeline import Row

_MOST_ROWS = 1000


def html(report: Report) -> str:
    """The page, complete with doctype; store it as UTF-8."""
    title = _text(f"{report.record.pipeline}: {report.record.name}")
    policy = "default-src 'none'; img-src data:; style-src 'unsafe-inline'"
    return "\n".join(
        [
            '<!DOCTYPE html>\n<html lang="en">\n<head>\n<meta charset="utf-8">',
            f'<meta http-equiv="Content-Security-Policy" content="{policy}">',
            '<meta name="viewport" content="width=device-width, initial-scale=1">',
            f"<title>{title}</title>\n<style>{CSS}</style>\n</head>\n<body>",
            *_header(report),
            "<main>",
            *_failure(report),
            *_overview(report),
            *_timeline(report),
            *_pictures(report),
            *_artifacts(report),
            *_versions(report),
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


def _header(report: Report) -> Iterator[str]:
    record = report.record
    badge = (
        f'<span class="badge status {record.status}">{_status(record.status)}</span>'
    )
    yield f"<header>\n<h1>{_text(record.pipeline)} {badge}</h1>"
    if report.description:
        yield f'<p class="faint">{_text(report.description)}</p>'
    facts = [
        ("Execution", record.name),
        ("Environment", record.environment),
        ("Started", units.moment(record.start_time)),
        ("Took" if record.stop_time else "Running for", units.duration(report.seconds)),
    ]
    yield '<dl class="facts">'
    for name, value in facts:
        yield f"<div><dt>{name}</dt><dd>{_text(value)}</dd></div>"
    yield "</dl>\n</header>"


def _status(status: str) -> str:
    return escape(status.replace("_", " ").lower())


def _failure(report: Report) -> Iterator[str]:
    record, failed = report.record, report.failure
    if failed is None and not record.error:
        if record.cause:
            yield '<section class="failure">\n<h2>Why it ended</h2>'
            yield f"<p>{_text(record.cause)}</p>\n</section>"
        return
    yield '<section class="failure">\n<h2>What failed</h2>'
    if failed:
        yield f"<p>{_text(failed.what)}: <code>{_text(failed.error)}</code></p>"
        yield f"<pre>{_text(failed.cause)}</pre>" if failed.cause else ""
        if failed.ended_in:
            end = f"caught, and ended in '{failed.ended_in}'"
            yield f'<p class="faint">{_text(end)}</p>'
    else:
        yield f"<p><code>{_text(record.error)}</code></p>"
        yield f"<pre>{_text(human_cause(record.cause))}</pre>" if record.cause else ""
    if report.log:
        yield "<h3>Last lines of its log</h3>"
        if report.log_location:
            yield f'<p class="faint any">{_text(report.log_location)}</p>'
        yield f"<pre>{_text(chr(10).join(report.log))}</pre>"
    yield "</section>"


def _overview(report: Report) -> Iterator[str]:
    """The picture, and beside it what went in and what came out."""
    if report.graph is None:
        yield from _metrics(report)
        yield from _parameters(report)
        return
    drawn = svg(report.graph, f"pipeline {report.record.pipeline}", report.marks)
    yield '<div class="columns">\n<div>\n<section>\n<h2>Steps</h2>'
    yield f'<div class="graph" tabindex="0">{drawn}</div>\n</section>'
    # Metrics are the longest part: without them the parameters take their place.
    yield from _parameters(report) if report.metrics else ()
    yield "</div>\n<div>"
    yield from _metrics(report) if report.metrics else _parameters(report)
    yield "</div>\n</div>"


def _metrics(report: Report) -> Iterator[str]:
    if not report.metrics:
        return
    yield "<section>\n<h2>Metrics</h2>"
    rows = []
    for key, value in report.metrics.items():
        step, _, name = key.partition(".")
        rows.append([_text(name), _text(step), units.number(value)])
    yield from _table(["Metric", "Step", "Value#"], rows)
    yield "</section>"


def _parameters(report: Report) -> Iterator[str]:
    if not report.parameters:
        return
    yield "<section>\n<h2>Parameters</h2>"
    rows = []
    for name, value in report.parameters.items():
        about = report.about.get(name, "")
        note = f'<br><span class="faint">{_text(about)}</span>' if about else ""
        rows.append([_text(name) + note, f"<code>{_text(value)}</code>"])
    yield from _table(["Parameter", "Value"], rows)
    yield "</section>"


def _timeline(report: Report) -> Iterator[str]:
    if not report.rows:
        return
    yield "<section>\n<h2>Timeline</h2>"
    shown = report.rows[:_MOST_ROWS]
    rows = [[*_row(row, report.now), _bar(row, report)] for row in shown]
    yield from _table(["Step", "Status", "Took#", "When|"], rows)
    if len(report.rows) > len(shown):
        yield f'<p class="faint">and {len(report.rows) - len(shown)} more</p>'
    yield "</section>"


def _row(row: Row, now: float) -> list[str]:
    indent = f' style="padding-left:{row.depth * 18}px"' if row.depth else ""
    item = f' <span class="faint">item {_text(row.iteration)}</span>'
    name = f"<span{indent}>{_text(row.name)}{item if row.iteration else ''}</span>"
    words = _status(row.status)
    if row.attempts > 1:
        words += f", {row.attempts} attempts"
    if row.items:
        words += f", {row.done} of {row.items} items"
    error = ""
    if row.error:
        cause = human_cause(row.cause)
        short = cause if len(cause) <= 240 else cause[:240] + "…"
        told = ": ".join(part for part in (row.error, short) if part)
        error = f'<br><span class="faint">{_text(told)}</span>'
    status = f'<span class="status {row.status}">{words}</span>{error}'
    return [name, status, units.duration(row.seconds(now))]


def _bar(row: Row, report: Report) -> str:
    whole = max(report.seconds, 1e-9)
    left = max(0.0, min(99.0, 100 * (row.started - report.record.start_time) / whole))
    width = min(100 - left, 100 * row.seconds(report.now) / whole)
    return (
        f'<div class="track {row.status}"><div class="bar"'
        f' style="left:{left:.2f}%;width:{width:.2f}%"></div></div>'
    )


def _pictures(report: Report) -> Iterator[str]:
    if not report.pictures:
        return
    yield '<section>\n<h2>Pictures</h2>\n<div class="pictures">'
    for picture in report.pictures:
        name = picture.artifact.uri.rsplit("/", 1)[-1]
        about = _text(f"{picture.artifact.step}: {name}")
        content = b64encode(picture.content).decode()
        yield f'<figure><img src="data:image/png;base64,{content}" alt="{about}">'
        yield f"<figcaption>{about}</figcaption></figure>"
    yield "</div>\n</section>"


def _artifacts(report: Report) -> Iterator[str]:
    if not report.artifacts:
        return
    yield "<section>\n<h2>Artifacts</h2>"
    rows = [
        [
            _text(artifact.step),
            _text(artifact.output),
            f"<code>{_text(artifact.uri)}</code>",
            units.size(artifact.size),
            f"<code>{_text(artifact.sha256)}</code>",
        ]
        for artifact in report.artifacts[:_MOST_ROWS]
    ]
    yield from _table(["Step", "Output", "Address", "Size#", "SHA-256"], rows)
    if len(report.artifacts) > _MOST_ROWS:
        yield f'<p class="faint">and {len(report.artifacts) - _MOST_ROWS} more</p>'
    yield "</section>"


def _versions(report: Report) -> Iterator[str]:
    if not report.record.evidence:
        return
    yield "<section>\n<h2>Versions</h2>"
    flat = flat_text(report.record.evidence)
    rows = [[_text(key), f"<code>{_text(value)}</code>"] for key, value in flat.items()]
    yield from _table(["What", "Version"], rows)
    yield "</section>"


def _table(heads: Sequence[str], rows: Iterable[Sequence[str]]) -> Iterator[str]:
    """A table of cells that are HTML already; `#` ends the head of a column of
    numbers, `|` that of bars. The first column heads its row."""
    kinds = [{"#": "number", "|": "bars"}.get(head[-1], "any") for head in heads]
    pair = ' class="pair"' if len(heads) == 2 else ""
    yield f'<div class="scroll" tabindex="0"><table{pair}>\n<thead><tr>'
    for head, kind in zip(heads, kinds):
        number = ' class="number"' if kind == "number" else ""
        yield f'<th scope="col"{number}>{escape(head.rstrip("#|"))}</th>'
    yield "</tr></thead>\n<tbody>"
    for row in rows:
        cells = [f'<td class="{kind}">{c}</td>' for kind, c in zip(kinds[1:], row[1:])]
        yield f'<tr><th scope="row">{row[0]}</th>{"".join(cells)}</tr>'
    yield "</tbody>\n</table></div>"
