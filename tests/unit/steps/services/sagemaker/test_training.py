"""training: channels and hyperparameters in, a model and its metrics out."""

from __future__ import annotations

from pathlib import Path

from tests.unit.compiler.projects import compiled, execute

FIT = """
name: fit
type: training
interface: {inputs: {rows: {type: s3}, max_depth: {type: integer}}}
implementation:
  image: {framework: xgboost, version: 3.0-5}
  entry_point: src/fit.py
"""
ALGORITHM = """
name: fit
type: training
interface: {inputs: {rows: {type: s3}, max_depth: {type: integer}}}
implementation: {image: {framework: xgboost, version: 3.0-5}}
"""
STEPS = "  A: {module: fit, inputs: {rows: 's3://b/r', max_depth: 3}}\n"


def test_training_keeps_the_metrics_of_its_log(tmp_path: Path) -> None:
    fit = """
name: fit
type: training
implementation:
  image: {framework: xgboost, version: 3.0-5}
  entry_point: src/fit.py
  metric_definitions: [{name: auc, regex: 'auc:(.*)'}]
"""
    pipeline = compiled(tmp_path, "  A: {module: fit}\n", modules={"f": fit})
    found = [{"MetricName": "auc", "Value": 0.9}]
    ran = execute(pipeline, answers={"A": {"FinalMetricDataList": found}})
    assert ran.output["steps"]["A"]["metrics"] == found
    # A log that matched no metric: Describe answers no list, an empty one, or null.
    for more in ({}, {"FinalMetricDataList": []}, {"FinalMetricDataList": None}):
        without = execute(pipeline, answers={"A": {"TrainingJobName": "t", **more}})
        assert without.output["steps"]["A"]["metrics"] == []


def test_names_reach_scripts_and_algorithms_as_they_are_written(tmp_path: Path) -> None:
    found = []
    for number, module in enumerate((FIT, ALGORITHM)):
        root = tmp_path / str(number)
        ran = execute(compiled(root, STEPS, modules={"f": module}))
        found.append(ran.arguments("A")["HyperParameters"])
    script, algorithm = found
    assert (script["max_depth"], algorithm) == ("3", {"max_depth": "3"})


def test_folders_are_channels(tmp_path: Path) -> None:
    ran = execute(compiled(tmp_path, STEPS, modules={"f": FIT}))
    (channel,) = ran.arguments("A")["InputDataConfig"]
    assert channel["ChannelName"] == "rows"
    assert channel["DataSource"]["S3DataSource"]["S3Uri"] == "s3://b/r"


def test_spot_training_may_wait_so_long(tmp_path: Path) -> None:
    spot = FIT + "  spot: {max_wait_seconds: 7200}\n"
    request = execute(compiled(tmp_path, STEPS, modules={"f": spot})).arguments("A")
    assert request["EnableManagedSpotTraining"] is True
    assert request["StoppingCondition"] == {
        "MaxRuntimeInSeconds": 3600,
        "MaxWaitTimeInSeconds": 7200,
    }
