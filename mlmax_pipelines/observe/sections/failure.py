"""What failed, its cause, and the end of its log; or why the execution was ended."""

from __future__ import annotations

from collections.abc import Iterator

from mlmax_pipelines.base import printed
from mlmax_pipelines.base.errors import PipelineError
from mlmax_pipelines.observe.blocks import (
    Block,
    Code,
    Log,
    Note,
    Section,
    Text,
    Verbatim,
)
from mlmax_pipelines.observe.causes import human_cause
from mlmax_pipelines.observe.facts import Facts, Reading
from mlmax_pipelines.observe.failure import Failure

PLACE = 10
# Of a line, more than is read.
_LONGEST = 2000


def section(facts: Facts) -> Section | None:
    record, failed = facts.record, facts.failure
    if failed:
        blocks = tuple(_failed(failed, facts.reading))
    elif record.error:
        cause = Verbatim(human_cause(record.cause))
        blocks = (Text([Code(record.error)], "Failed"), cause)
    elif record.cause:
        title = "Why it ended"
        return Section(title, [Text([record.cause], title)], alarming=True, folded="")
    else:
        return None
    return Section("What failed", blocks, alarming=True, folded="")


def _failed(failed: Failure, reading: Reading) -> Iterator[Block]:
    yield Text([failed.what, Code(failed.error)], "Failed")
    yield Verbatim(failed.cause)
    if failed.ended_in:
        yield Note(f"caught, and ended in '{failed.ended_in}'")
    if failed.again:
        yield Note(f"mend it, then replay the execution from step '{failed.again}'")
    if lines := _log(failed.visit, reading):
        yield Log("Last lines of its log", _location(failed.visit, reading), lines)


def _log(visit: str, reading: Reading) -> list[str]:
    try:
        return [printed.line(line)[:_LONGEST] for line in reading.log(visit)]
    except (PipelineError, OSError):
        return []


def _location(visit: str, reading: Reading) -> str:
    try:
        return reading.log_location(visit)
    except (PipelineError, OSError):
        return ""
