"""Executions -> text for a terminal or a pipe: tables, a summary, a whole report.

What comes in: records, timelines, reports. What goes out: lines and text; colors are
dropped by whoever prints them where there is no terminal. Never: prints, or lets a
user's value move the cursor.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from os.path import commonprefix
from typing import Any

from mlmax_pipelines.artifacts.contract import Artifact
from mlmax_pipelines.backends.contract import ExecutionRecord
from mlmax_pipelines.base.names import step_key
from mlmax_pipelines.drawing.render import text as graph_text
from mlmax_pipelines.observe import units
from mlmax_pipelines.observe.billing import Billed
from mlmax_pipelines.observe.blocks import (
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
from mlmax_pipelines.observe.evidence import NOBODYS
from mlmax_pipelines.observe.failure import caught
from mlmax_pipelines.observe.metrics import Metric
from mlmax_pipelines.observe.render import cells
from mlmax_pipelines.observe.timeline import Row, Timeline

EXECUTION_HEADS = ("EXECUTION", "PIPELINE", "STATUS", "STARTED", "TOOK")
_PEOPLE = ("starter", "deployer", "approver")
_IN = "  "
# Steps and items of which a summary has the metrics.
_MOST_STEPS = 20


def terminal(report: Report) -> str:
    """The whole report."""
    parts = [_head(report.head), *map(_section, report.sections)]
    return "\n\n".join(parts) + "\n"


def executions(
    records: Sequence[ExecutionRecord],
    now: float,
    costs: Sequence[Sequence[Billed]] = (),
) -> str:
    """A table of executions, a row each; a wide one, where what they cost is given."""
    rows = [execution(record, now) for record in records]
    if not costs:
        return cells.table(EXECUTION_HEADS, rows)
    for row, record, cost in zip(rows, records, costs):
        row += [str(record.evidence.get(who) or "-") for who in _PEOPLE]
        row.append(f"{sum(one.seconds for one in cost):,.0f} s" if cost else "-")
    heads = [f"{what} BY" for what in ("STARTED", "DEPLOYED", "APPROVED")]
    return cells.table([*EXECUTION_HEADS, *heads, "BILLED"], rows)


def execution(record: ExecutionRecord, now: float) -> list[str]:
    """The cells below `EXECUTION_HEADS`."""
    end = now if record.stop_time is None else record.stop_time
    steps = ", ".join(caught(record))
    status = cells.status(record.status) + (f", caught {steps}" if steps else "")
    if record.evidence.get("deployment") == NOBODYS:
        status += f", {cells.alarming(NOBODYS)}"
    return [
        record.name,
        record.pipeline,
        status,
        cells.moment(record.start_time),
        units.duration(end - record.start_time),
    ]


def people(record: ExecutionRecord) -> str:
    """A line about who started it, who deployed what it ran, and who approved its
    model, as far as is known."""
    told = record.evidence
    starter = told.get("starter", "unknown")
    if starter == "unknown" and "claimed_by" in told:
        starter = f"{told['claimed_by']}, as that one says"
    found = {
        "started by": "" if starter == "unknown" else starter,
        "deployed by": told.get("deployer"),
        "in deployment": told.get("deployment") if "deployer" in told else "",
        "model approved by": told.get("approver"),
    }
    known = ", ".join(f"{what} {who}" for what, who in found.items() if who)
    return f"\n{known or 'who started it is not known'}"


def billed(found: Sequence[Billed]) -> str:
    """A line about what jobs are billed for; "" where none tells."""
    if not found:
        return ""
    each = ", ".join(f"{one.step} {one.seconds:,.0f} s" for one in found)
    total = sum(one.seconds for one in found)
    return f"\nbilled for {total:,.0f} s of machines: {each}"


def steps(rows: Sequence[Row], now: float) -> str:
    """A table of what became of each step."""
    return cells.table(
        ["STEP", "STATUS", "TOOK", ""], [_step(row, now) for row in rows]
    )


def _step(row: Row, now: float) -> list[str]:
    remark = cells.failure(row.error, row.cause) if row.error else row.remark
    if row.attempts > 1:
        remark = f"attempt {row.attempts}  {remark}".rstrip()
    took = units.duration(row.seconds(now))
    return [cells.visit(row), cells.status(row.status), took, remark]


def change(row: Row) -> str:
    """One line about a step whose status has changed, with the time it did."""
    at = row.changed
    text = f"{cells.clock(at)}  {cells.visit(row)}  {cells.status(row.status)}"
    if row.stopped is not None:
        text += f"  {units.duration(row.seconds(at))}"
    elif row.attempts > 1 and not row.error:
        text += f"  attempt {row.attempts} after {row.errors[-1]}"
    elif row.error:
        text += f"  after attempt {row.attempts}"
    if row.error:
        text += f"  {cells.failure(row.error, row.cause)}"
    return text


def summary(
    record: ExecutionRecord,
    timeline: Timeline,
    metrics: Sequence[Metric],
    artifacts: Sequence[Artifact],
    place: Callable[[str], str],
    width: int,
) -> Iterator[str]:
    """What an execution came to, in lines of at most `width`; `place` says where a
    person finds what is at a URI."""
    took = units.duration((record.stop_time or record.start_time) - record.start_time)
    yield f"{record.name}  {cells.status(record.status)}  in {took}"
    order = list(dict.fromkeys(step_key(row.step) for row in timeline.rows))
    rank = {step: number for number, step in enumerate(order)}
    yield from _metrics(metrics, rank, width)
    yield from _outputs(artifacts, rank, place)


def _metrics(
    found: Sequence[Metric], rank: Mapping[str, int], width: int
) -> Iterator[str]:
    """What each step came to, in columns."""
    steps: dict[str, list[str]] = {}
    in_order = sorted(found, key=lambda one: rank.get(one.step, len(rank)))
    for metric in in_order:
        text = f"{metric.name} {units.number(metric.value)}"[: width - 4]
        steps.setdefault(metric.place, []).append(text)
    left = sum(map(len, list(steps.values())[_MOST_STEPS:]))
    for step in list(steps)[:_MOST_STEPS]:
        yield f"\nmetrics of {step}"
        widest = max(map(len, steps[step])) + 2
        columns = max(1, (width - len(_IN)) // widest)
        for start in range(0, len(steps[step]), columns):
            line = "".join(
                cell.ljust(widest) for cell in steps[step][start : start + columns]
            )
            yield _IN + line.rstrip()
    if left:
        yield f"\nand {left} more metrics: 'pipeline report' has them"


def _outputs(
    artifacts: Sequence[Artifact],
    rank: Mapping[str, int],
    place: Callable[[str], str],
) -> Iterator[str]:
    """Each output, a file or a folder, below the folder that has them all."""
    groups: dict[tuple[str, str], list[Artifact]] = {}
    for artifact in artifacts:
        groups.setdefault((artifact.step, _folder(artifact)), []).append(artifact)
    if not groups:
        return
    base = commonprefix([folder for _, folder in groups]).rpartition("/")[0] + "/"
    yield f"\noutputs in {place(base)}/"
    ordered = sorted(groups.items(), key=lambda g: rank.get(g[0][0], len(rank)))
    lines = [
        _output(folder[len(base) :], inside, base) for (_, folder), inside in ordered
    ]
    width = max(len(amount) for amount, _ in lines)
    yield from (f"{_IN}{amount.rjust(width)}  {name}" for amount, name in lines)


def _output(folder: str, inside: Sequence[Artifact], base: str) -> tuple[str, str]:
    total = units.size(sum(artifact.size for artifact in inside))
    if len(inside) == 1:
        return total, inside[0].uri[len(base) :]
    return f"{len(inside)} files, {total}", folder


def _folder(artifact: Artifact) -> str:
    head, found, _ = artifact.uri.partition(f"/{artifact.output}/")
    return head + found if found else artifact.uri.rpartition("/")[0] + "/"


# A report's blocks


def _head(head: Head) -> str:
    row = [
        head.execution,
        head.pipeline,
        cells.status(head.status),
        cells.moment(head.started),
        units.duration(head.seconds),
    ]
    return cells.table(EXECUTION_HEADS, [row])


def _section(section: Section) -> str:
    lines = [line for block in section.blocks for line in _BLOCKS[type(block)](block)]
    return "\n".join(
        [section.title.upper(), *(f"{_IN}{line}".rstrip() for line in lines)]
    )


def _value(value: Any) -> str:
    if isinstance(value, Noted):
        value = value.value
    if isinstance(value, float):
        return units.number(value)
    text = value if isinstance(value, str) else json.dumps(value, default=str)
    return cells.visible(text)


def _line(text: Text) -> Iterator[str]:
    yield ": ".join(_value(p.value if isinstance(p, Code) else p) for p in text.parts)


def _verbatim(block: Verbatim) -> Iterator[str]:
    yield from map(cells.visible, block.text.splitlines())


def _log(log: Log) -> Iterator[str]:
    yield f"{log.title.lower()}{f' ({log.place})' if log.place else ''}:"
    yield from (f"{_IN}{cells.visible(line)}" for line in log.lines)


def _table(table: Table) -> Iterator[str]:
    heads = [column.head for column in table.columns]
    rows = [list(map(_cell, table.columns, row)) for row in table.rows]
    yield from cells.table(heads, rows).splitlines()


def _cell(column: Column, value: Any) -> str:
    if column.type in (NUMBER, SIZE):
        return units.size(value) if column.type == SIZE else units.number(value)
    return _value(value)


def _steps(block: Steps) -> Iterator[str]:
    yield from graph_text(block.graph).splitlines()


def _times(times: Times) -> Iterator[str]:
    yield from steps(times.rows, times.now).splitlines()


def _pictures(block: Pictures) -> Iterator[str]:
    yield from (picture.artifact.uri for picture in block.pictures)


_BLOCKS: dict[type[Block], Callable[[Any], Iterator[str]]] = {
    Text: _line,
    Note: lambda note: iter([_value(note.text)]),
    Verbatim: _verbatim,
    Log: _log,
    Table: _table,
    Steps: _steps,
    Times: _times,
    Pictures: _pictures,
}
