"""What all of SageMaker's jobs have in common, and what sets some apart."""

from __future__ import annotations

import pytest

from mlmax_pipelines.declared import JobKind
from mlmax_pipelines.steps.services.sagemaker import jobs

OF_JOBS = (jobs.PROCESSING, jobs.TRAINING, jobs.TRANSFORM)


@pytest.mark.parametrize("kind", OF_JOBS, ids=lambda kind: kind.label)
def test_a_job_is_started_followed_tagged_and_found_again(kind: JobKind) -> None:
    word = kind.name.removesuffix("JobName")
    assert kind.integration == f"sagemaker:create{word}Job"
    assert kind.calls == (f"sagemaker:Create{word}Job",)
    assert set(kind.follows) == {
        f"sagemaker:Describe{word}Job",
        f"sagemaker:Stop{word}Job",
    }
    assert kind.log_group == kind.namespace == f"/aws/sagemaker/{word}Jobs"
    assert kind.resource == f"{word.lower()}-job"


def test_every_job_in_a_vpc_may_be_connected_to_it() -> None:
    for kind in OF_JOBS:
        actions = {a for one in kind.network.job_role for a in one.actions}
        assert "ec2:CreateNetworkInterface" in actions


def test_a_transform_job_runs_where_its_model_says() -> None:
    assert jobs.TRANSFORM.network.fields == ()
    assert jobs.MODEL.network.fields == (("VpcConfig",),)


def test_no_integration_is_declared_twice() -> None:
    names = [kind.integration for kind in jobs.JOBS]
    assert len(names) == len(set(names))
