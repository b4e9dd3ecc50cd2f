"""What an execution's folder on this machine says of it -> its record.

What comes in: a folder. What goes out: the record, as every backend has it. Never: one
that is not whole.
"""

from __future__ import annotations

from dataclasses import fields

from mlmax_pipelines.backends.contract import ExecutionRecord
from mlmax_pipelines.base.files import Unreadable
from mlmax_pipelines.base.forms import Has, fault
from mlmax_pipelines.local.executions import Folder

_KNOWN = {each.name for each in fields(ExecutionRecord)}
_NEEDED = tuple(each.name for each in fields(ExecutionRecord)[:6])


def record_of(folder: Folder) -> ExecutionRecord:
    """Raises Unreadable."""
    record = folder.settled_record()
    if wrong := fault(Has(_NEEDED, {}), record):
        hint = "put back what it was, or remove its folder"
        text = f"the record of '{folder.name}' is not whole: {wrong}"
        raise Unreadable(text, hint=hint)
    return ExecutionRecord(**{key: record[key] for key in record if key in _KNOWN})
