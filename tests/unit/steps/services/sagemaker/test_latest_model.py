"""latest_model: what it finds, and what it says when there is nothing."""

from __future__ import annotations

from pathlib import Path

from tests.unit.compiler.projects import compiled, execute

NEWEST = """
name: newest
type: latest_model
interface:
  outputs: {model_package: {type: string}, transformer: {type: s3}}
implementation: {group: g}
"""


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


def test_what_of_it_nobody_reads_is_not_kept(tmp_path: Path) -> None:
    pipeline = compiled(tmp_path, "  M: {module: newest}\n", modules={"n": NEWEST})
    assert "outputs" not in execute(pipeline).output["steps"]["M"]


def test_a_version_of_the_group_alone_is_read(tmp_path: Path) -> None:
    pipeline = compiled(tmp_path, "  M: {module: newest}\n", modules={"n": NEWEST})
    (describe,) = (one for one in pipeline.states if one.name == "M package")
    (reads,) = describe.execution_role
    assert reads.actions == ("sagemaker:DescribeModelPackage",)
    assert reads.resources[0].endswith(":model-package/${Prefix}-g/*")
