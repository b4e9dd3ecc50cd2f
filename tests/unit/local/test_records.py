from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from mlmax_pipelines.compiled import CompiledPipeline
from mlmax_pipelines.local import records
from mlmax_pipelines.local.orders import Plan

CODE = "c1" * 32
WITH = {"Type": "Pass", "Result": f"s3://b/code/{CODE}/src/", "End": True}
DEFINITION = {"StartAt": "A", "States": {"A": WITH}}
PIPELINE = CompiledPipeline(
    "p", "", "Pipeline", (), DEFINITION, {}, (), (), digest="d1"
)
PLAN = Plan(
    home=Path("/home"),
    machine="arn:aws:states:us-east-1:000000000000:stateMachine:mlmax-local-p",
    definition=DEFINITION,
    machines={},
    functions={},
    handlers={},
    metrics={},
)


def test_a_record_begins_with_what_is_run() -> None:
    data = f"s3://artifacts/data/{'a' * 64}/x.csv"
    found = records.new(PIPELINE, "local", {"data": data, "n": 1}, "one", PLAN)
    assert found["id"].endswith(":execution:mlmax-local-p:one")
    assert (found["status"], found["pipeline"]) == ("RUNNING", "p")
    assert found["input"] == {"data": data, "n": 1}
    [ran] = [
        value for value in found.values() if isinstance(value, dict) and "spec" in value
    ]
    assert (ran["spec"], ran["code"]) == ("d1", CODE)
    assert ran["data"] == {"data": "a" * 64}


def test_the_data_of_another_execution_become_its_own() -> None:
    record = {"id": "arn:new", "name": "new", "start_time": 0.0}
    data = {"pipeline": {"execution_name": "old", "kept": 1}, "steps": {}}
    adopted = records.adopted(data, record)
    assert adopted["pipeline"] == {
        "execution_name": "new",
        "execution_tag": "new",
        "execution_id": "arn:new",
        "start_time": "1970-01-01T00:00:00.000Z",
        "kept": 1,
    }
    assert data["pipeline"] == {"execution_name": "old", "kept": 1}


@pytest.mark.parametrize("data", [None, [1], {"pipeline": "text"}, {"x": 1}])
def test_data_of_no_pipeline_stay(data: Any) -> None:
    record = {"id": "arn:new", "name": "new", "start_time": 0.0}
    assert records.adopted(data, record) == data
