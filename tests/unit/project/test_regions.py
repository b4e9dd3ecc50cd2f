"""Regions without an image that a pipeline runs."""

from __future__ import annotations

from pathlib import Path

import pytest

from mlmax_pipelines.aws.session import Session
from mlmax_pipelines.base.errors import SpecError
from mlmax_pipelines.project import Project, planning, regions
from tests.unit.compiler.projects import REPOSITORY, write

STEPS = """
  A: {module: copy}
  B: {module: fit, inputs: {rows: "s3://b/r"}}
"""


def check(root: Path, region: str, text: str = "") -> None:
    project = Project(write(root, STEPS))
    (root / "envs").mkdir(exist_ok=True)
    (root / "envs/dev.yaml").write_text(text or f"stack: ml\nregion: {region}\n")
    env = project.environment("dev")
    regions.check(root, env, project.compile(), Session(region))


@pytest.mark.parametrize("region", ["us-east-1", "cn-north-1", "eu-central-1"])
def test_a_region_with_every_image_is_fine(tmp_path: Path, region: str) -> None:
    check(tmp_path, region)


def test_one_without_is_refused_with_those_of_its_partition(tmp_path: Path) -> None:
    with pytest.raises(SpecError) as caught:
        check(tmp_path, "ap-southeast-7")
    first, second = caught.value.problems
    assert str(first.where) == "envs/dev.yaml:2:9"
    text = "region 'ap-southeast-7' has no image of sklearn 1.4-2 (training)"
    assert first.message == f"{text}, which pipeline 'p' runs"
    assert "no image of xgboost 3.0-5" in second.message
    assert "us-east-1" in first.hint and "cn-north-1" not in first.hint
    assert "did you mean 'ap-southeast-" in first.hint


def test_a_region_that_nobody_wrote_down_has_no_place(tmp_path: Path) -> None:
    with pytest.raises(SpecError) as caught:
        check(tmp_path, "ap-southeast-7", "stack: ml\n")
    assert caught.value.problems[0].where is None


def test_other_partitions_are_told_their_own_regions(tmp_path: Path) -> None:
    with pytest.raises(SpecError) as caught:
        check(tmp_path, "cn-east-9")
    hint = caught.value.problems[0].hint
    assert hint.endswith("that have all: cn-north-1, cn-northwest-1")


def test_nothing_is_packed_for_one(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(planning, "_contents", None)
    project = Project(REPOSITORY)
    env = project.environment("dev")
    session = Session("ap-southeast-7")
    with pytest.raises(SpecError, match="has no image of"):
        planning.make(REPOSITORY, env, project.compile(), session, "b")
