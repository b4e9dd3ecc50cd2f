"""latest_model: what it finds, and what it says when there is nothing."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.unit.compiler.projects import ARN, compiled, execute, problems

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


def page(*versions: int, more: str = "") -> dict[str, object]:
    """A page as AWS answers: cut first, and then filtered."""
    place = f"{ARN}:model-package/mlmax-production-g"
    found = [{"ModelPackageArn": f"{place}/{version}"} for version in versions]
    rest = {"NextToken": more} if more else {}
    return {"ModelPackageSummaryList": found, **rest}


@pytest.mark.parametrize(
    ("pages", "version"),
    [
        ([page(9, 8, more="a")], 9),
        ([page(more="a"), page(7, 6)], 7),
        ([page(more="a"), page(more="b"), page(5, more="c")], 5),
    ],
)
def test_what_is_pending_hides_no_approved_version(
    tmp_path: Path, pages: list[dict[str, object]], version: int
) -> None:
    pipeline = compiled(tmp_path, "  M: {module: newest}\n", modules={"n": NEWEST})
    first, *rest = pages
    ran = execute(pipeline, answers={"M": first, "M more": list(rest)})
    described = ran.arguments("M package")["ModelPackageName"]
    assert described.endswith(f"/{version}")
    tokens = [given["NextToken"] for given in ran.all_arguments("M more")]
    assert tokens == ["a", "b"][: len(rest)]
    assert all(given["MaxResults"] == 100 for _, _, given in ran.calls[:-1])


def test_the_last_page_and_the_last_it_looks_at_end_the_search(tmp_path: Path) -> None:
    pipeline = compiled(tmp_path, "  M: {module: newest}\n", modules={"n": NEWEST})
    ended = execute(pipeline, answers={"M": page(more="a"), "M more": [page()]})
    assert (ended.error, len(ended.calls)) == ("NoApprovedModel", 2)
    endless = {"M": page(more="a"), "M more": lambda _: page(more="a")}
    ran = execute(pipeline, answers=endless)
    assert (ran.error, len(ran.calls)) == ("NoApprovedModel", 100)
    assert "its newest 10,000 versions" in str(ran.cause)


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
    kept = execute(pipeline).output["steps"]["M"]
    assert kept == {"found": f"{ARN}:model-package/mlmax-production-g/7"}


def test_a_version_of_the_group_alone_is_read(tmp_path: Path) -> None:
    pipeline = compiled(tmp_path, "  M: {module: newest}\n", modules={"n": NEWEST})
    (describe,) = (one for one in pipeline.states if one.name == "M package")
    (reads,) = describe.execution_role
    assert reads.actions == ("sagemaker:DescribeModelPackage",)
    assert reads.resources[0].endswith(":model-package/${Prefix}-g/*")


THERE = "arn:aws:sagemaker:us-east-1:210987654321:model-package-group/team-scoring"
BATCH = """
name: batch
type: batch_inference
interface:
  inputs: {model_package: {type: string}, input_path: {type: s3}}
  outputs: {scores: {type: s3}}
implementation: {instance: {type: ml.m5.large}}
"""
PREDICT = """
  M: {module: newest}
  P:
    module: batch
    inputs: {model_package: "${steps.M.outputs.model_package}", input_path: s3://b/in}
"""


def test_a_group_of_another_stack_is_known_by_its_arn(tmp_path: Path) -> None:
    modules = {"n": NEWEST.replace("group: g", f"group: {THERE}"), "b": BATCH}
    made = compiled(tmp_path, PREDICT, modules=modules)
    assert made.resources == ()
    states = made.definition["States"]
    assert states["M"]["Parameters"]["ModelPackageGroupName"] == THERE
    needs = {one.name: one.execution_role for one in made.states}
    versions = THERE.replace("-group/", "/") + "/*"
    assert needs["M"][0].resources == (THERE, versions)
    assert needs["M package"][0].resources == (versions,)
    made_of = [one for one in needs["P model"] if "CreateModel" in str(one.actions)]
    assert versions in made_of[-1].resources


def test_what_is_no_arn_of_a_group_is_refused(tmp_path: Path) -> None:
    wrong = THERE.replace("-group/", "/")
    modules = {"n": NEWEST.replace("group: g", f"group: {wrong}")}
    (said,) = problems(tmp_path, "  M: {module: newest}\n", modules=modules)
    assert "cannot be a model package group" in said
