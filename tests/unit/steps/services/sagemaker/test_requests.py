"""What requests to SageMaker have in common."""

from __future__ import annotations

from pathlib import Path

from mlmax_pipelines.compiled import Image
from mlmax_pipelines.steps.services.sagemaker import requests
from tests.unit.compiler.projects import compiled, execute

FIT = "  B: {module: fit, inputs: {rows: 's3://b/r'}}\n"


def test_a_job_is_started_with_the_rights_of_its_own_name(tmp_path: Path) -> None:
    pipeline = compiled(tmp_path, FIT)
    (state,) = (one for one in pipeline.states if one.name == "B")
    job, rule, role = state.execution_role
    place = "arn:${AWS::Partition}:sagemaker:${AWS::Region}:${AWS::AccountId}:"
    assert job.resources == (f"{place}training-job/${{JobOwner}}-p-b-*",)
    assert rule.resources[0].endswith(
        "rule/StepFunctionsGetEventsForSageMakerTrainingJobsRule"
    )
    assert role.resources == ("${JobRole.Arn}",)
    assert role.conditions == {
        "StringEquals": {"iam:PassedToService": "sagemaker.amazonaws.com"}
    }


def test_defaults_are_filled_in_around_what_is_given() -> None:
    assert requests.settled({"count": 2}, requests.INSTANCE) == {
        "type": "ml.m5.large",
        "count": 2,
        "volume_gb": 30,
        "max_runtime_seconds": 3600,
    }


def test_machines_are_settings_of_the_environment(tmp_path: Path) -> None:
    found = compiled(tmp_path, FIT).substitutions
    kinds = {name: found[name].key for name in found if name.startswith("BInstance")}
    assert kinds == {
        "BInstanceCount": "instance_count",
        "BInstanceType": "instance_type",
    }


def test_an_image_is_picked_named_or_of_this_account() -> None:
    picked = {"framework": "sklearn", "version": "1.4-2"}
    assert requests.image_of({"image": picked}, "training") == Image("sklearn", "1.4-2")
    named = requests.image_of({"image": {"uri": "a.b/c:1"}}, "inference")
    assert named == Image(scope="inference", uri="a.b/c:1")
    own = requests.image_of({"image": {"ecr": "c:1"}}, "training")
    assert own.uri.startswith("${AWS::AccountId}.dkr.ecr.") and own.uri.endswith("/c:1")


def test_jobs_are_tagged_with_where_they_come_from(tmp_path: Path) -> None:
    tags = execute(compiled(tmp_path, FIT)).arguments("B")["Tags"]
    assert {tag["Key"]: tag["Value"] for tag in tags} == {
        "mlmax:environment": "production",
        "mlmax:pipeline": "p",
        "mlmax:step": "B",
        "mlmax:execution": "a-run",
    }
