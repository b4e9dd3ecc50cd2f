"""Slots of executions that no longer run: taken back whenever another wants one.

What comes in: the table of slots. What goes out: it, with executions that run. Never:
believes that one runs whose process is gone.
"""

from __future__ import annotations

from typing import Any

from mlmax_pipelines.base.slots import HOLDERS
from mlmax_pipelines.local.executions import Executions
from mlmax_pipelines.local.workspace import Workspace


def take_back(table: dict[str, Any], workspace: Workspace) -> None:
    """Of whom it says that it holds a slot, keep those that do."""
    executions = Executions(workspace.folder.parent.parent)
    pipeline = workspace.folder.parent.name
    for item in table["items"]:
        holders = item.get(HOLDERS, {}).get("SS", [])
        names = {one: one.rpartition(":")[2] for one in holders}
        running = [
            one
            for one in holders
            if executions.folder(pipeline, names[one]).is_running()
        ]
        if running:
            item[HOLDERS] = {"SS": running}
        else:
            item.pop(HOLDERS, None)
