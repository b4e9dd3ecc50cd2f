"""What a process is told to run, as a file in the execution's folder.

What comes in: an Order. What goes out: the same, read by another process. Never: code
or objects, only data: a plan that was written can be read by a person, too.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from mlmax_pipelines.base.files import read_json, write_json
from mlmax_pipelines.local.resume import Start

_FILE = "order.json"


@dataclass(frozen=True)
class Function:
    """A Lambda function: `handler` is `path/file.function` in the shipped code."""

    name: str
    handler: str
    memory_mb: int
    timeout_seconds: int


@dataclass(frozen=True)
class Plan:
    """What an execution runs.

    `home` is `.mlmax/<env>`. `machine` is the ARN of the state machine. `machines` are
    the definitions of nested ones, `functions` the Lambda functions, both by ARN.
    `code` is the key of the shipped code (`code/<sha256>`, "" without code).
    `handlers` maps the integrations of its states to who answers them.
    """

    home: Path
    machine: str
    definition: Mapping[str, Any]
    machines: Mapping[str, Mapping[str, Any]]
    functions: Mapping[str, Function]
    code: str
    handlers: Mapping[str, str]


@dataclass(frozen=True)
class Order:
    """A plan to be run from `begin` on, or from its start. `root` is the project's
    folder, `environment` a name; a listener is told both."""

    plan: Plan
    begin: Start | None
    root: Path
    environment: str


def write(folder: Path, order: Order) -> None:
    """Into the folder of an execution, where its definition is already."""
    plan = {**vars(order.plan), "home": str(order.plan.home)}
    del plan["definition"]
    functions = order.plan.functions.items()
    plan["functions"] = {arn: vars(function) for arn, function in functions}
    begin = order.begin and vars(order.begin)
    told = {**vars(order), "root": str(order.root), "plan": plan, "begin": begin}
    write_json(folder / _FILE, told)


def read(folder: Path) -> Order:
    """The order in the folder of an execution."""
    told = read_json(folder / _FILE)
    begin = told["begin"]
    return Order(
        plan=_plan(told["plan"], folder),
        begin=Start(**begin) if begin else None,
        root=Path(told["root"]),
        environment=told["environment"],
    )


def _plan(told: dict[str, Any], folder: Path) -> Plan:
    functions = told.pop("functions")
    home = Path(told.pop("home"))
    return Plan(
        home=home,
        definition=read_json(folder / "definition.json"),
        functions={arn: Function(**item) for arn, item in functions.items()},
        **told,
    )
