"""Each step type: what it makes, keeps of the result, and refuses."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.unit.compiler.projects import compiled, execute, problems

NEWEST = """
name: newest
type: latest_model
interface:
  outputs: {model_package: {type: string}, transformer: {type: s3}}
implementation: {group: g}
"""
SCORE = "name: score\ntype: batch_inference\n"
KEEP = """
name: keep
type: register_model
implementation: {group: g, image: {framework: xgboost, version: 3.0-5}}
"""
MADE = "name: made\ntype: lambda\nimplementation: {handler: src/load.handler}\n"
NEITHER = "name: made\ntype: lambda\nimplementation: {runtime: python3.12}\n"


def test_no_approved_model_ends_with_what_to_do(tmp_path: Path) -> None:
    pipeline = compiled(tmp_path, "  M: {module: newest}\n", modules={"n": NEWEST})
    ran = execute(pipeline, answers={"M": {"ModelPackageSummaryList": []}})
    assert (ran.status, ran.error) == ("FAILED", "NoApprovedModel")
    assert "no approved model in group 'mlmax-production-g'" in str(ran.cause)
    assert "run the pipeline that registers one" in str(ran.cause)


def test_the_newest_model_brings_its_metadata(tmp_path: Path) -> None:
    steps = """
  M: {module: newest}
  C: {module: call, inputs: {t: "${steps.M.outputs.transformer}"}}
"""
    call = "name: call\ntype: lambda\nimplementation: {function: f}\n"
    pipeline = compiled(tmp_path, steps, modules={"n": NEWEST, "c": call})
    ran = execute(pipeline)
    assert ran.arguments("M")["ModelApprovalStatus"] == "Approved"
    assert ran.arguments("C")["Payload"] == {"t": "s3://artifacts/train/t/"}


def test_a_registered_model_waits_for_approval_unless_told(tmp_path: Path) -> None:
    steps = "  K: {module: keep, inputs: {model_data: 's3://b/m', transformer: 's3://b/t'}}\n"
    ran = execute(compiled(tmp_path, steps, modules={"k": KEEP}))
    request = ran.arguments("K")
    assert request["ModelApprovalStatus"] == "PendingManualApproval"
    assert request["CustomerMetadataProperties"] == {"transformer": "s3://b/t"}
    assert "Tags" not in request  # refused for a version of a group


def test_a_model_is_made_and_then_used(tmp_path: Path) -> None:
    steps = """
  P: {module: score, inputs: {model_package: "arn:aws:x", input_path: "s3://b/r"}}
"""
    ran = execute(compiled(tmp_path, steps, modules={"s": SCORE}))
    assert [state for state, _, _ in ran.calls] == ["P model", "P"]
    made = ran.arguments("P model")
    assert made["Containers"] == [{"ModelPackageName": "arn:aws:x"}]
    assert ran.arguments("P")["ModelName"] == made["ModelName"]


def test_a_model_that_exists_is_used_as_it_is(tmp_path: Path) -> None:
    steps = "  P: {module: score, inputs: {model_name: m, input_path: 's3://b/r'}}\n"
    ran = execute(compiled(tmp_path, steps, modules={"s": SCORE}))
    assert [state for state, _, _ in ran.calls] == ["P"]
    assert ran.arguments("P")["ModelName"] == "m"


@pytest.mark.parametrize(
    ("module", "inputs", "message"),
    [
        (SCORE, "{input_path: 's3://b/r'}", "step 'A' needs one model, found none"),
        (
            SCORE,
            "{input_path: 's3://b/r', model_name: m, model_package: p}",
            "step 'A' needs one model, found 'model_name' and 'model_package'",
        ),
        (SCORE, "{model_name: m}", "step 'A' needs input 'input_path'"),
        (KEEP, "{}", "step 'A' needs input 'model_data'"),
        (NEITHER, "{}", "step 'A' needs 'function' or 'handler', found neither"),
    ],
)
def test_what_a_type_needs(
    tmp_path: Path, module: str, inputs: str, message: str
) -> None:
    name = module.split("name: ")[1].split("\n")[0]
    steps = f"  A: {{module: {name}, inputs: {inputs}}}\n"
    (found,) = problems(tmp_path, steps, modules={"m": module})
    assert message in found


def test_a_function_of_the_project_is_made_once(tmp_path: Path) -> None:
    steps = "  A: {module: made}\n  B: {module: made}\n"
    pipeline = compiled(tmp_path, steps, modules={"m": MADE})
    (function,) = pipeline.resources
    assert (function.code, function.properties["Handler"]) == ("src", "load.handler")
    assert pipeline.code == ("src",)


def test_metrics_are_read_from_where_the_job_wrote_them(tmp_path: Path) -> None:
    ran = execute(compiled(tmp_path, "  A: {module: copy}\n"))
    assert ran.arguments("A quality") == {
        "Bucket": "artifacts",
        "Key": "p/a-run/A/quality/metrics.json",
    }
    values = ran.output["steps"]["A"]["outputs"]["quality"]["values"]
    assert values == {"score": 0.5, "name": "first"}


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
    without = execute(pipeline, answers={"A": {"TrainingJobName": "t"}})
    assert without.output["steps"]["A"]["metrics"] == []


def test_waiting_and_failing_take_values(tmp_path: Path) -> None:
    steps = """
  W: {type: wait, seconds: "${parameters.n}"}
  F: {type: fail, error: Few, cause: "only ${parameters.n} of ${pipeline.name}"}
"""
    parameters = "{n: {type: integer, default: 3}}"
    pipeline = compiled(tmp_path, steps, parameters=parameters)
    assert pipeline.definition["States"]["W"]["SecondsPath"] == "$.parameters.n"
    ran = execute(pipeline)
    assert (ran.error, ran.cause) == ("Few", "only 3 of p")


def test_waiting_needs_one_thing_to_wait_for(tmp_path: Path) -> None:
    (found,) = problems(tmp_path, "  W: {type: wait}\n")
    assert "wait step 'W' needs 'seconds' or 'timestamp', found neither" in found
