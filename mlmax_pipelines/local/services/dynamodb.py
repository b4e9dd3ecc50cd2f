"""DynamoDB's item calls over one file per table.

What comes in: TableName and items in DynamoDB's typed form (`{"id": {"S": "x"}}`).
What goes out: responses. Never: knows a table's keys; calls with a `Key` tell them, and
until the first of those, items that are put are kept side by side.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from mlmax_pipelines.asl.failures import StateError
from mlmax_pipelines.base.files import locked, read_json, write_json
from mlmax_pipelines.interpreter.contract import TaskRequest
from mlmax_pipelines.local.workspace import Workspace

# What would change the meaning of a call, and is not done here.
_REFUSED = (
    "ConditionExpression",
    "ProjectionExpression",
    "AttributesToGet",
    "Expected",
)


def get_item(request: TaskRequest, workspace: Workspace) -> dict[str, Any]:
    """The item with the key, or an empty response."""
    with _table(request, workspace) as table:
        found = _matching(table, request.arguments["Key"])
        return {"Item": found[-1]} if found else {}


def put_item(request: TaskRequest, workspace: Workspace) -> dict[str, Any]:
    """Add the item, in place of one with the same key."""
    with _table(request, workspace) as table:
        item = request.arguments["Item"]
        keys = table["keys"]
        if keys and all(key in item for key in keys):
            _remove(table, {key: item[key] for key in keys})
        table["items"].append(item)
        return {}


def delete_item(request: TaskRequest, workspace: Workspace) -> dict[str, Any]:
    """Remove the item with the key, if there is one."""
    with _table(request, workspace) as table:
        _remove(table, request.arguments["Key"])
        return {}


def _matching(table: Mapping[str, Any], key: Mapping[str, Any]) -> list[Any]:
    return [
        item
        for item in table["items"]
        if all(item.get(name) == value for name, value in key.items())
    ]


def _remove(table: dict[str, Any], key: Mapping[str, Any]) -> None:
    gone = _matching(table, key)
    table["items"] = [item for item in table["items"] if item not in gone]


@contextmanager
def _table(request: TaskRequest, workspace: Workspace) -> Iterator[dict[str, Any]]:
    """The table, for one caller at a time; what is changed in it is kept."""
    for member in _REFUSED:
        if member in request.arguments:
            raise StateError("States.Runtime", f"dynamodb: no '{member}' locally")
    path = _file(request, workspace)
    with locked(path.with_suffix(".lock")):
        try:
            table = read_json(path)
        except FileNotFoundError:
            table = {"keys": [], "items": []}
        table["keys"] = sorted(request.arguments.get("Key", table["keys"]))
        yield table
        write_json(path, table)


def _file(request: TaskRequest, workspace: Workspace) -> Path:
    name = str(request.arguments["TableName"]).rpartition("/")[2]
    safe = re.sub(r"[^\w.-]", "_", name).lstrip(".")
    return workspace.services / "dynamodb" / f"{safe}.json"
