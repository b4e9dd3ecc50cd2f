"""What a process is told to run, as a file in the execution's folder.

What comes in: an Order. What goes out: the same, read by another process. Never: code
or objects, only data: a plan that was written can be read by a person, too.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from types import MappingProxyType
from typing import Any, NamedTuple

from mlmax_pipelines.base.files import read_json, write_json
from mlmax_pipelines.compiled import MetricsFile
from mlmax_pipelines.local.resume import Start

_FILE = "order.json"


class Function(NamedTuple):
    """A Lambda function: `handler` is `path/file.function` in `folder`, the key of its
    code; `environment` what it finds there besides Lambda's own variables."""

    name: str
    folder: str
    handler: str
    memory_mb: int
    timeout_seconds: int
    environment: Mapping[str, str] = MappingProxyType({})


class Plan(NamedTuple):
    """What an execution runs.

    `home` is `.mlmax/<env>`. `machine` is the ARN of the state machine. `machines` are
    the definitions of nested ones, `functions` the Lambda functions, both by ARN.
    `handlers` maps the integrations of its states to who answers them, `metrics` its
    states that read a metrics file to what that must be, `secrets` states to the
    variables of the caller's environment that their code is given. `job_profile` is the
    AWS profile that its jobs act with, "" for none.
    """

    home: Path
    machine: str
    definition: Mapping[str, Any]
    machines: Mapping[str, Mapping[str, Any]]
    functions: Mapping[str, Function]
    handlers: Mapping[str, str]
    metrics: Mapping[str, MetricsFile]
    secrets: Mapping[str, Sequence[str]] = MappingProxyType({})
    job_profile: str = ""


class Order(NamedTuple):
    """A plan to be run from `begin` on, or from its start. `root` is the project's
    folder, `environment` a name; a listener is told both."""

    plan: Plan
    begin: Start | None
    root: Path
    environment: str


def write(folder: Path, order: Order) -> None:
    """Into the folder of an execution, where its definition is already."""
    plan = {**order.plan._asdict(), "home": str(order.plan.home)}
    del plan["definition"]
    functions = order.plan.functions.items()
    plan["secrets"] = dict(order.plan.secrets)
    plan["functions"] = {arn: _written(function) for arn, function in functions}
    metrics = order.plan.metrics.items()
    plan["metrics"] = {state: file._asdict() for state, file in metrics}
    begin = order.begin and vars(order.begin)
    told = {**order._asdict(), "root": str(order.root), "plan": plan, "begin": begin}
    write_json(folder / _FILE, told)


def _written(function: Function) -> dict[str, Any]:
    return {**function._asdict(), "environment": dict(function.environment)}


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
    functions, metrics = told.pop("functions"), told.pop("metrics")
    home = Path(told.pop("home"))
    return Plan(
        home=home,
        definition=read_json(folder / "definition.json"),
        functions={arn: Function(**item) for arn, item in functions.items()},
        metrics={state: MetricsFile(**item) for state, item in metrics.items()},
        **told,
    )
