"""register_model: the version it asks for, and what it must be able to see."""

from __future__ import annotations

from pathlib import Path

from tests.unit.compiler.projects import compiled, execute, problems

KEEP = """
name: keep
type: register_model
implementation: {group: g, image: {framework: xgboost, version: 3.0-5}}
"""
WITH = (
    "  K: {module: keep, inputs: {model_data: 's3://b/m', transformer: 's3://b/t'}}\n"
)


def test_a_registered_model_waits_for_approval_unless_told(tmp_path: Path) -> None:
    ran = execute(compiled(tmp_path, WITH, modules={"k": KEEP}))
    request = ran.arguments("K")
    assert request["ModelApprovalStatus"] == "PendingManualApproval"
    assert request["CustomerMetadataProperties"] == {"transformer": "s3://b/t"}
    assert "Tags" not in request  # refused for a version of a group


def test_a_model_is_needed(tmp_path: Path) -> None:
    (found,) = problems(tmp_path, "  A: {module: keep}\n", modules={"k": KEEP})
    assert "step 'A' needs input 'model_data'" in found


def test_whoever_registers_sees_the_model_and_its_image_alone(tmp_path: Path) -> None:
    pipeline = compiled(tmp_path, WITH, modules={"k": KEEP})
    (state,) = (one for one in pipeline.states if one.name == "K")
    _, model, image = state.execution_role
    assert model.resources == ("arn:${AWS::Partition}:s3:::b/m*",)
    assert image.actions == ("ecr:BatchGetImage", "ecr:DescribeImages")
    assert image.resources[0].endswith(":repository/sagemaker-xgboost")
    assert state.job_role == ()


def test_its_group_is_made_once_for_all_that_register(tmp_path: Path) -> None:
    pipeline = compiled(tmp_path, WITH + WITH.replace("K:", "L:"), modules={"k": KEEP})
    (group,) = pipeline.resources
    assert (group.kind.shared, group.logical_id) == (True, "GModelGroup")
    assert group.properties["ModelPackageGroupName"] == "${Prefix}-g"
