"""batch_inference: which model predicts, and with what rights."""

from __future__ import annotations

from pathlib import Path

import pytest

from mlmax_pipelines.interpreter import StateError
from tests.unit.compiler.projects import compiled, execute, problems

SCORE = "name: score\ntype: batch_inference\n"
VERSION = "arn:aws:sagemaker:us-east-1:000000000000:model-package/g/1"
BY_PACKAGE = f"""
  P: {{module: score, inputs: {{model_package: "{VERSION}", input_path: "s3://b/r"}}}}
"""
BY_NAME = "  P: {module: score, inputs: {model_name: m, input_path: 's3://b/r'}}\n"


def test_a_model_is_made_and_then_used(tmp_path: Path) -> None:
    ran = execute(compiled(tmp_path, BY_PACKAGE, modules={"s": SCORE}))
    assert [state for state, _, _ in ran.calls] == ["P model", "P", "P delete"]
    made = ran.arguments("P model")
    assert made["Containers"] == [{"ModelPackageName": VERSION}]
    assert ran.arguments("P")["ModelName"] == made["ModelName"]


def test_a_model_is_deleted_once_it_has_predicted(tmp_path: Path) -> None:
    read = (
        BY_PACKAGE
        + "  Q: {type: pass, result: {p: '${steps.P.outputs.predictions}'}}\n"
    )
    for number, steps in enumerate((BY_PACKAGE, read)):
        pipeline = compiled(tmp_path / str(number), steps, modules={"s": SCORE})
        ran = execute(pipeline)
        name = ran.arguments("P model")["ModelName"]
        assert ran.arguments("P delete") == {"ModelName": name}
    (delete,) = (one for one in pipeline.states if one.name == "P delete")
    (allowed,) = delete.execution_role
    assert allowed.actions == ("sagemaker:DeleteModel",)
    assert allowed.resources[0].endswith(":model/${JobOwner}-p-p-*")


def test_what_keeps_a_model_from_being_deleted_fails_nothing(tmp_path: Path) -> None:
    steps = BY_PACKAGE.replace("}}", "}, catch: [{errors: [States.ALL], next: F}]}")
    steps += "  Q: {type: succeed}\n  F: {type: fail, error: E, cause: c}\n"
    refused = StateError("SageMaker.SageMakerException", "Could not find model")
    for number, chain in enumerate((BY_PACKAGE, steps)):
        pipeline = compiled(tmp_path / str(number), chain, modules={"s": SCORE})
        ran = execute(pipeline, answers={"P delete": refused})
        assert ran.status == "SUCCEEDED", ran.cause


def test_a_model_whose_job_failed_stays(tmp_path: Path) -> None:
    """A redrive begins with the job."""
    pipeline = compiled(tmp_path, BY_PACKAGE, modules={"s": SCORE})
    failed = StateError("States.TaskFailed", "no space left")
    ran = execute(pipeline, answers={"P": failed})
    assert ran.status == "FAILED"
    assert [state for state, _, _ in ran.calls] == ["P model", "P"]


def test_a_model_that_exists_is_used_as_it_is(tmp_path: Path) -> None:
    pipeline = compiled(tmp_path, BY_NAME, modules={"s": SCORE})
    ran = execute(pipeline)
    assert [state for state, _, _ in ran.calls] == ["P"]
    assert ran.arguments("P")["ModelName"] == "m"
    (state,) = (one for one in pipeline.states if one.name == "P")
    assert state.job_role == ()  # the model has a role of its own
    assert "iam:PassRole" not in {a for s in state.execution_role for a in s.actions}


def test_a_model_of_a_registered_version_is_allowed_on_the_version(
    tmp_path: Path,
) -> None:
    pipeline = compiled(tmp_path, BY_PACKAGE, modules={"s": SCORE})
    (state,) = (one for one in pipeline.states if one.name == "P model")
    *_, version = state.execution_role
    assert version.actions == (
        "sagemaker:CreateModel",
        "sagemaker:DescribeModelPackage",
    )
    assert version.resources == (VERSION,)


def test_it_writes_where_it_is_told_to(tmp_path: Path) -> None:
    steps = BY_PACKAGE.replace("}}", ', output_path: "${pipeline.base_location}/out"}}')
    pipeline = compiled(tmp_path, steps, modules={"s": SCORE})
    (state,) = (one for one in pipeline.states if one.name == "P")
    writes = [s for s in state.job_role if "s3:PutObject" in s.actions]
    assert [r.partition(":::")[2] for s in writes for r in s.resources] == [
        "${ArtifactBucket}/p/*/P/*",
        "${ArtifactBucket}/p/*/out*",
    ]


@pytest.mark.parametrize(
    ("inputs", "message"),
    [
        ("{input_path: 's3://b/r'}", "step 'A' needs one model, found none"),
        (
            "{input_path: 's3://b/r', model_name: m, model_package: p}",
            "step 'A' needs one model, found 'model_name' and 'model_package'",
        ),
        ("{model_name: m}", "step 'A' needs input 'input_path'"),
    ],
)
def test_one_model_and_rows_are_needed(
    tmp_path: Path, inputs: str, message: str
) -> None:
    steps = f"  A: {{module: score, inputs: {inputs}}}\n"
    (found,) = problems(tmp_path, steps, modules={"s": SCORE})
    assert message in found


def test_a_job_has_one_folder_of_predictions(tmp_path: Path) -> None:
    two = f"{SCORE}interface:\n  inputs: {{model_name: {{type: string}}, input_path: "
    two += "{type: s3}}\n  outputs: {a: {type: s3}, b: {type: s3}}\n"
    (found,) = problems(tmp_path, BY_NAME, modules={"s": two})
    assert "step 'P' declares 2 outputs: 'a', 'b' | a transform job has one" in found
