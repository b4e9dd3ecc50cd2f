"""training: channels and hyperparameters in, a model and its metrics out."""

from __future__ import annotations

from pathlib import Path

from tests.unit.compiler.projects import compiled, execute, problems

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


def test_spot_training_may_wait_so_long(tmp_path: Path) -> None:
    spot = FIT + "  spot: {max_wait_seconds: 7200}\n"
    request = execute(compiled(tmp_path, STEPS, modules={"f": spot})).arguments("A")
    assert request["EnableManagedSpotTraining"] is True
    assert request["StoppingCondition"] == {
        "MaxRuntimeInSeconds": 3600,
        "MaxWaitTimeInSeconds": 7200,
    }


def test_spot_by_one_key_may_wait_as_long_again(tmp_path: Path) -> None:
    for number, written in enumerate(("true", "{}")):
        spot = f"{FIT}  spot: {written}\n  instance: {{max_runtime_seconds: 60}}\n"
        pipeline = compiled(tmp_path / str(number), STEPS, modules={"f": spot})
        request = execute(pipeline).arguments("A")
        assert request["EnableManagedSpotTraining"] is True
        assert request["StoppingCondition"] == {
            "MaxRuntimeInSeconds": 60,
            "MaxWaitTimeInSeconds": 120,
        }
    none = FIT + "  spot: false\n"
    request = execute(compiled(tmp_path, STEPS, modules={"f": none})).arguments("A")
    assert "EnableManagedSpotTraining" not in request


def test_a_wait_shorter_than_the_run_is_refused(tmp_path: Path) -> None:
    spot = FIT + "  spot: {max_wait_seconds: 3599}\n"
    (found,) = problems(tmp_path, STEPS, modules={"f": spot})
    assert "f.yaml:8:28: 'max_wait_seconds' is 3599, less than the 3600" in found


def test_what_is_written_for_tensorboard_is_kept_per_execution(tmp_path: Path) -> None:
    place = "s3://artifacts/p/a-run/A/tensorboard/"
    for number, (written, path) in enumerate(
        (
            ("true", "/opt/ml/output/tensorboard"),
            ("{local_path: /opt/ml/x}", "/opt/ml/x"),
        )
    ):
        fit = f"{FIT}  tensorboard: {written}\n"
        ran = execute(compiled(tmp_path / str(number), STEPS, modules={"f": fit}))
        found = ran.arguments("A")["TensorBoardOutputConfig"]
        assert found == {"LocalPath": path, "S3OutputPath": place}
    bad = f"{FIT}  tensorboard: {{local_path: /logs}}\n"
    (found,) = problems(tmp_path, STEPS, modules={"f": bad})
    assert "f.yaml:8:29: '/logs' is no folder below /opt/ml | /opt/ml/..." in found
    same = bad.replace("/logs", "/opt/ml/x").replace(
        "integer}}}", "integer}}, outputs: {tensorboard: {type: s3}}}"
    )
    (found,) = problems(tmp_path, STEPS, modules={"f": same})
    assert "is where what is written for TensorBoard is kept" in found


def test_what_a_job_wrote_beside_its_model_is_read(tmp_path: Path) -> None:
    data = "data: {type: s3, local_path: /opt/ml/output/data}"
    fit = FIT.replace(
        "integer}}}", f"integer}}}}, outputs: {{model: {{type: s3}}, {data}}}}}"
    )
    call = "name: call\ntype: lambda\nimplementation: {function: f}\n"
    read = STEPS + "  B: {module: call, inputs: {d: '${steps.A.outputs.data}'%s}}\n"
    for number, more in enumerate(("", ", m: '${steps.A.outputs.model}'")):
        root = tmp_path / str(number)
        pipeline = compiled(root, read % more, modules={"f": fit, "c": call})
        ran = execute(pipeline)
        name = ran.arguments("A")["TrainingJobName"]
        folder = f"s3://artifacts/p/a-run/A/model/{name}/output"
        wanted = {"d": f"{folder}/output.tar.gz"}
        if more:
            wanted["m"] = f"{folder}/model.tar.gz"
        assert ran.arguments("B")["Payload"] == wanted
