"""A report -> Markdown for a comment on a pull request.

What comes in: a report. What goes out: GitHub Markdown, at most 65,536 characters
(what GitHub takes for one comment). Never: a value of a user's that could be taken
for markup, or that would mention somebody: values stand in code spans.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator, Sequence
from typing import Any

from mlmax_pipelines.drawing.render import mermaid
from mlmax_pipelines.observe import units
from mlmax_pipelines.observe.blocks import (
    NUMBER,
    SIZE,
    Block,
    Code,
    Column,
    Head,
    Log,
    Noted,
    Report,
    Section,
    Steps,
    Table,
    Text,
    Verbatim,
)

_SIGNS = {"SUCCEEDED": "✅", "RUNNING": "⏳", "ABORTED": "⏹️"}
_MOST_ROWS = 40
_MOST_CHARACTERS = 60_000
_LONGEST_VALUE = 300
_LONGEST_GRAPH = 20_000
_LONGEST_TEXT = 8000


def markdown(report: Report) -> str:
    """The comment's text; sections that would make it too long are left out."""
    text = ""
    for lines in (_head(report.head), *map(_section, report.sections)):
        part = "\n".join(lines)
        if part and len(text) + len(part) < _MOST_CHARACTERS:
            text += part + "\n\n"
    return text.rstrip() + "\n"


def code(value: Any) -> str:
    """A value as a code span that can stand in a table."""
    if isinstance(value, float):
        value = units.number(value)
    if not isinstance(value, str):
        value = json.dumps(value, ensure_ascii=False, default=str)
    text = " ".join(value.split())
    if len(text) > _LONGEST_VALUE:
        text = text[:_LONGEST_VALUE] + "…"
    if not text:
        return ""
    text = text.replace("|", "\\|")
    fence = _fence(text, 1)
    pad = " " if "`" in (text[0], text[-1]) else ""
    return f"{fence}{pad}{text}{pad}{fence}"


def _fence(text: str, shortest: int) -> str:
    """Backticks, one more than stand together anywhere in the text."""
    longest = max((len(ticks) for ticks in re.findall("`+", text)), default=0)
    return "`" * max(shortest, longest + 1)


def _head(head: Head) -> Iterator[str]:
    sign = _SIGNS.get(head.status, "❌")
    words = head.status.replace("_", " ").lower()
    yield f"### {sign} Pipeline {code(head.pipeline)} {words}"
    yield ""
    verb = "took" if head.ended else "running for"
    yield (
        f"Execution {code(head.execution)} in environment {code(head.environment)}, "
        f"started {units.moment(head.started)}, "
        f"{verb} {units.duration(head.seconds)}."
    )


def _section(section: Section) -> list[str]:
    """Its blocks, an empty line between them; of some there is nothing to show here."""
    lines: list[str] = []
    for block in section.blocks:
        drawn = list(_BLOCKS.get(type(block), _nothing)(block))
        if drawn:
            lines += ["", *drawn] if lines else drawn
    words = section.title if section.folded is None else section.folded
    return list(_folded(words, lines)) if words and lines else lines


def _folded(words: str, lines: Sequence[str]) -> Iterator[str]:
    yield from (f"<details><summary>{words}</summary>", "", *lines, "", "</details>")


def _nothing(block: Block) -> Iterator[str]:
    """Of what a page alone can show."""
    yield from ()


def _line(text: Text) -> Iterator[str]:
    parts = (code(p.value if isinstance(p, Code) else p) for p in text.parts)
    lead = f"**{text.lead}:** " if text.lead else ""
    yield lead + ": ".join(parts)


def _verbatim(block: Verbatim) -> Iterator[str]:
    if block.text:
        fence = _fence(block.text, 3)
        yield from (f"{fence}text", block.text[-_LONGEST_TEXT:], fence)


def _log(log: Log) -> Iterator[str]:
    lines = list(_verbatim(Verbatim("\n".join(log.lines))))
    yield from _folded(log.title, lines)


def _steps(block: Steps) -> Iterator[str]:
    chart = mermaid(block.graph, block.marks)
    if len(chart) <= _LONGEST_GRAPH:
        yield from ("```mermaid", chart.rstrip(), "```")


def _table(table: Table) -> Iterator[str]:
    columns = [(n, c) for n, c in enumerate(table.columns) if not c.detail]
    yield f"| {' | '.join(_title(column) for _, column in columns)} |"
    yield f"| {' | '.join(_ruler(column) for _, column in columns)} |"
    for row in table.rows[:_MOST_ROWS]:
        yield f"| {' | '.join(_cell(column, row[n]) for n, column in columns)} |"
    if len(table.rows) > _MOST_ROWS:
        yield ""
        yield f"and {len(table.rows) - _MOST_ROWS} more"


def _title(column: Column) -> str:
    return f"{column.head} begins" if column.begins else column.head


def _ruler(column: Column) -> str:
    return "---:" if column.type in (NUMBER, SIZE) else "---"


def _cell(column: Column, value: Any) -> str:
    value = value.value if isinstance(value, Noted) else value
    if column.type == SIZE:
        return units.size(value)
    if column.type == NUMBER and not isinstance(value, str):
        return units.number(value)
    return code(value[: column.begins] if column.begins else value)


_BLOCKS: dict[type[Block], Callable[[Any], Iterator[str]]] = {
    Text: _line,
    Verbatim: _verbatim,
    Log: _log,
    Table: _table,
    Steps: _steps,
}
