"""A report -> Markdown for a comment on a pull request.

What comes in: a report. What goes out: GitHub Markdown, at most 65,536 characters
(what GitHub takes for one comment). Never: a value of a user's that could be taken
for markup, or that would mention somebody: values stand in code spans.
"""

from __future__ import annotations

import json
import re
from typing import Any, Iterator, Sequence

from mlmax_pipelines.drawing.render import mermaid
from mlmax_pipelines.observe import units
from mlmax_pipelines.observe.metrics import flat_text
from mlmax_pipelines.observe.report import Report

_SIGNS = {"SUCCEEDED": "✅", "RUNNING": "⏳", "ABORTED": "⏹️"}
_MOST_ROWS = 40
_MOST_CHARACTERS = 60_000
_LONGEST_VALUE = 300
_LONGEST_GRAPH = 20_000


def markdown(report: Report) -> str:
    """The comment's text; parts that would make it too long are left out."""
    parts = [
        "\n".join(_status(report)),
        "\n".join(_failure(report)),
        "\n".join(_metrics(report)),
        "\n".join(_parameters(report)),
        "\n".join(_graph(report)),
        "\n".join(_artifacts(report)),
        "\n".join(_versions(report)),
    ]
    text = ""
    for part in parts:
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
    longest = max((len(run) for run in re.findall("`+", text)), default=0)
    fence = "`" * (longest + 1)
    pad = " " if "`" in (text[0], text[-1]) else ""
    return f"{fence}{pad}{text}{pad}{fence}"


def _status(report: Report) -> Iterator[str]:
    record = report.record
    sign = _SIGNS.get(record.status, "❌")
    words = record.status.replace("_", " ").lower()
    yield f"### {sign} Pipeline {code(record.pipeline)} {words}"
    yield ""
    verb = "took" if record.stop_time else "running for"
    yield (
        f"Execution {code(record.name)} in environment {code(record.environment)}, "
        f"started {units.moment(record.start_time)}, "
        f"{verb} {units.duration(report.seconds)}."
    )


def _failure(report: Report) -> Iterator[str]:
    failed, record = report.failure, report.record
    if failed:
        yield f"**Failed:** {code(failed.what)}: {code(failed.error)}"
        yield from _block(failed.cause)
        if report.log:
            yield from ("", "<details><summary>Last lines of its log</summary>", "")
            yield from _block("\n".join(report.log))
            yield from ("", "</details>")
    elif record.error:
        yield f"**Failed:** {code(record.error)}"
        yield from _block(record.cause or "")
    elif record.cause:
        yield f"**Why it ended:** {code(record.cause)}"


def _block(text: str) -> Iterator[str]:
    if text:
        longest = max((len(run) for run in re.findall("`+", text)), default=0)
        fence = "`" * max(3, longest + 1)
        yield from ("", f"{fence}text", text[-8000:], fence)


def _metrics(report: Report) -> Iterator[str]:
    rows = []
    for key, value in report.metrics.items():
        step, _, name = key.partition(".")
        rows.append([code(name), code(step), units.number(value)])
    yield from _table(["Metric", "Step", "Value"], ["---", "---", "---:"], rows)


def _parameters(report: Report) -> Iterator[str]:
    rows = [[code(name), code(value)] for name, value in report.parameters.items()]
    yield from _table(["Parameter", "Value"], ["---", "---"], rows)


def _graph(report: Report) -> Iterator[str]:
    if report.graph is None:
        return
    chart = mermaid(report.graph, report.marks)
    if len(chart) <= _LONGEST_GRAPH:
        yield from ("<details><summary>Steps</summary>", "", "```mermaid")
        yield from (chart.rstrip(), "```", "", "</details>")


def _artifacts(report: Report) -> Iterator[str]:
    if not report.artifacts:
        return
    yield f"<details><summary>{len(report.artifacts)} artifacts</summary>"
    yield ""
    rows = [
        [code(one.step), code(one.uri), units.size(one.size), code(one.sha256[:16])]
        for one in report.artifacts
    ]
    heads = ["Step", "Address", "Size", "SHA-256 begins"]
    yield from _table(heads, ["---", "---", "---:", "---"], rows)
    yield from ("", "</details>")


def _versions(report: Report) -> Iterator[str]:
    flat = flat_text(report.record.evidence)
    if flat:
        yield from ("<details><summary>Versions</summary>", "")
        rows = [[code(key), code(value)] for key, value in flat.items()]
        yield from _table(["What", "Version"], ["---", "---"], rows)
        yield from ("", "</details>")


def _table(
    heads: Sequence[str], ruler: Sequence[str], rows: Sequence[Sequence[str]]
) -> Iterator[str]:
    if not rows:
        return
    yield f"| {' | '.join(heads)} |"
    yield f"| {' | '.join(ruler)} |"
    for row in rows[:_MOST_ROWS]:
        yield f"| {' | '.join(row)} |"
    if len(rows) > _MOST_ROWS:
        yield ""
        yield f"and {len(rows) - _MOST_ROWS} more"
