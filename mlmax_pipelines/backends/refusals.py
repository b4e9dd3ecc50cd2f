"""What both backends refuse, in the same words.

What comes in: the name of an execution and why. What goes out: errors. Never: looks
at what exists.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from mlmax_pipelines.backends.contract import ExecutionRecord
from mlmax_pipelines.base.errors import UsageError


def unless_same(record: ExecutionRecord, input: Mapping[str, Any]) -> ExecutionRecord:
    """One whose name was asked for again, if it runs and with the same input. Raises
    UsageError."""
    why = f"is {record.status}" if record.status != "RUNNING" else ""
    why = "has another input" if record.input != input else why
    if why:
        raise UsageError(
            f"execution '{record.name}' of '{record.pipeline}' already exists and "
            f"{why}",
            hint="choose another name, or let one be made up",
        )
    return record


def not_redrivable(name: str, why: str) -> UsageError:
    """An execution that cannot go on from where it failed."""
    return UsageError(
        f"execution '{name}' cannot be redriven: {why}",
        hint="what failed, timed out or was stopped can be, within 14 days; "
        "'pipeline run' starts a new one",
    )
