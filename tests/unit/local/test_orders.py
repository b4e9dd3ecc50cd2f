from __future__ import annotations

import json
from pathlib import Path

import pytest

from mlmax_pipelines.local import orders
from mlmax_pipelines.local.orders import Function, Order, Plan
from mlmax_pipelines.local.resume import Start

DEFINITION = {"StartAt": "A", "States": {"A": {"Type": "Succeed"}}}
PLAN = Plan(
    home=Path("/p/.mlmax/local"),
    machine="arn:machine",
    definition=DEFINITION,
    machines={"arn:part": DEFINITION},
    functions={"arn:f": Function("f", "src", "f.run", 128, 3, {"TEAM": "ml"})},
    handlers={"a:b": "module:function"},
    metrics={},
    job_profile="sandbox",
)


@pytest.mark.parametrize("begin", [None, Start("A", {"x": [1, None]}, 7)])
def test_what_is_read_is_what_was_written(tmp_path: Path, begin: Start | None) -> None:
    order = Order(PLAN, begin, Path("/p"), "local")
    (tmp_path / "definition.json").write_text(json.dumps(DEFINITION))
    orders.write(tmp_path, order)
    assert orders.read(tmp_path) == order


def test_the_definition_is_kept_once(tmp_path: Path) -> None:
    orders.write(tmp_path, Order(PLAN, None, Path("/p"), "local"))
    assert "definition" not in json.loads((tmp_path / "order.json").read_text())["plan"]
