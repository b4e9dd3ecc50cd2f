"""What a job may do: read what it is given, write its own folder."""

from __future__ import annotations

from pathlib import Path

from mlmax_pipelines.compiled import CompiledPipeline, CompiledState
from mlmax_pipelines.compiler.entry import compile_project
from tests.unit.compiler.projects import REPOSITORY, compiled

BASE = """
  A: {module: copy}
  B: {module: fit, inputs: {rows: "${steps.A.outputs.rows}"}}
"""


def state(pipeline: CompiledPipeline, name: str) -> CompiledState:
    (found,) = (one for one in pipeline.states if one.name == name)
    return found


def test_a_job_reads_what_it_is_given_and_writes_its_own_folder(
    tmp_path: Path,
) -> None:
    role = state(compiled(tmp_path, BASE), "B").job_role
    objects = {
        action: [
            resource.partition(":::")[2]
            for one in role
            if action in one.actions
            for resource in one.resources
        ]
        for action in ("s3:GetObject", "s3:PutObject")
    }
    assert objects == {
        "s3:GetObject": [
            "${ArtifactBucket}/p/*/A/rows/*",
            "${CodeBucket}/code/*",
            "${CodeBucket}/data/*",
        ],
        "s3:PutObject": ["${ArtifactBucket}/p/*/B/*"],
    }


def test_what_the_registry_names_may_be_another_pipeline_s() -> None:
    inference = {p.name: p for p in compile_project(REPOSITORY)}["inference"]
    for name in ("Preprocess", "Predict"):
        reads = [
            s for s in state(inference, name).job_role if "s3:GetObject" in s.actions
        ]
        found = [resource for one in reads for resource in one.resources]
        assert any(r.endswith("${ArtifactBucket}/*") for r in found)
    collect = state(inference, "Collect").job_role[0]
    assert all("${ArtifactBucket}/inference/*/" in r for r in collect.resources)


def test_a_default_in_another_bucket_may_be_read(tmp_path: Path) -> None:
    steps = '  A: {module: copy, inputs: {rows: "${parameters.rows}"}}\n'
    parameters = "{rows: {type: s3, default: s3://lake/raw/}}"
    role = state(compiled(tmp_path, steps, parameters=parameters), "A").job_role
    assert "arn:${AWS::Partition}:s3:::lake/raw/*" in [
        r for s in role for r in s.resources
    ]


def test_only_the_image_that_runs_is_pulled(tmp_path: Path) -> None:
    role = state(compiled(tmp_path, BASE), "B").job_role
    (pulls,) = (s for s in role if "ecr:BatchGetImage" in s.actions)
    assert pulls.resources[0].endswith(":repository/sagemaker-xgboost")


def test_a_job_writes_to_log_streams_of_its_own_pipeline(tmp_path: Path) -> None:
    role = state(compiled(tmp_path, BASE), "B").job_role
    (writes,) = (s for s in role if "logs:PutLogEvents" in s.actions)
    assert writes.resources[0].endswith(
        ":log-group:/aws/sagemaker/TrainingJobs:log-stream:${JobOwner}-p-*"
    )
