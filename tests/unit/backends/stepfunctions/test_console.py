"""Addresses of the console's pages, in each partition."""

from __future__ import annotations

import pytest

from mlmax_pipelines.backends.stepfunctions import console
from mlmax_pipelines.declared import JobKind
from mlmax_pipelines.steps.services.sagemaker.jobs import (
    PROCESSING,
    TRAINING,
    TRANSFORM,
)


@pytest.mark.parametrize(
    ("partition", "region", "host"),
    [
        ("aws", "eu-west-1", "eu-west-1.console.aws.amazon.com"),
        ("aws-cn", "cn-north-1", "console.amazonaws.cn"),
        ("aws-us-gov", "us-gov-west-1", "console.amazonaws-us-gov.com"),
    ],
)
def test_each_partition_has_its_console(partition: str, region: str, host: str) -> None:
    arn = f"arn:{partition}:states:{region}:1:execution:m:one"
    assert console.execution(arn) == (
        f"https://{host}/states/home?region={region}#/v2/executions/details/{arn}"
    )


def test_a_log_is_shown_by_the_beginning_of_its_streams() -> None:
    arn = "arn:aws:states:us-east-1:1:execution:m:one"
    assert console.log(arn, "/aws/sagemaker/TrainingJobs", "job-1/").endswith(
        "#logsV2:log-groups/log-group/$252Faws$252Fsagemaker$252FTrainingJobs"
        "$3FlogStreamNameFilter$3Djob-1$252F"
    )


@pytest.mark.parametrize(
    ("kind", "page"),
    [
        (PROCESSING, "#/processing-jobs/job-1"),
        (TRAINING, "#/jobs/job-1"),
        (TRANSFORM, "#/transform-jobs/job-1"),
    ],
)
def test_each_kind_of_job_has_its_page(kind: JobKind, page: str) -> None:
    arn = "arn:aws:states:us-east-1:1:execution:m:one"
    url = console.job(arn, kind.console, "job-1")
    assert url.endswith(f"/sagemaker/home?region=us-east-1{page}")
