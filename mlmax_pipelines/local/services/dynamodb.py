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
from mlmax_pipelines.base.slots import SUFFIX
from mlmax_pipelines.interpreter.contract import TaskRequest
from mlmax_pipelines.local.services import slots
from mlmax_pipelines.local.services.item_expressions import Expression
from mlmax_pipelines.local.services.item_values import Item
from mlmax_pipelines.local.workspace import Workspace

# What would change the meaning of a call, and is not done here.
_REFUSED = ("ProjectionExpression", "AttributesToGet", "Expected", "AttributeUpdates")
_CONDITION = "ConditionExpression"


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
        known = keys and all(key in item for key in keys)
        own = {key: item[key] for key in keys} if known else item
        _check(request, table, own)
        _remove(table, own)
        table["items"].append(item)
        return {}


def delete_item(request: TaskRequest, workspace: Workspace) -> dict[str, Any]:
    """Remove the item with the key, if there is one."""
    with _table(request, workspace) as table:
        _check(request, table, request.arguments["Key"])
        _remove(table, request.arguments["Key"])
        return {}


def update_item(request: TaskRequest, workspace: Workspace) -> dict[str, Any]:
    """Change the item with the key, or make one, if the condition holds."""
    arguments = request.arguments
    key = arguments["Key"]
    with _table(request, workspace) as table:
        if str(arguments["TableName"]).endswith(SUFFIX):
            slots.take_back(table, workspace)
        old = _check(request, table, key)
        new = {**key, **old}
        if "UpdateExpression" in arguments:
            new = Expression("UpdateExpression", arguments, new).updated()
        _remove(table, key)
        table["items"].append(new)
        return _returned(arguments.get("ReturnValues", "NONE"), old, new)


def _returned(what: str, old: Item, new: Item) -> dict[str, Any]:
    if what == "NONE":
        return {}
    which, _, age = what.partition("_")
    shown = old if age == "OLD" else new
    if which == "UPDATED":
        changed = {name for name in {*old, *new} if old.get(name) != new.get(name)}
        shown = {name: shown[name] for name in sorted(changed & {*shown})}
    return {"Attributes": dict(shown)} if shown else {}


def _check(request: TaskRequest, table: Mapping[str, Any], key: Item) -> Item:
    """The item with the key, empty if there is none; an error, if the request asks for
    a condition that does not hold for it."""
    found = _matching(table, key)
    item: Item = found[-1] if found else {}
    arguments = request.arguments
    if _CONDITION in arguments and not Expression(_CONDITION, arguments, item).holds():
        text = "The conditional request failed"
        raise StateError("DynamoDB.ConditionalCheckFailedException", text)
    return item


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
