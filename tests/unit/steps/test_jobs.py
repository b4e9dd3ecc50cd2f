"""Kinds of jobs are found by what a state's Resource says; others raise."""

from __future__ import annotations

import pytest

from mlmax_pipelines.base.errors import PipelineError
from mlmax_pipelines.steps import jobs
from mlmax_pipelines.steps.services.lambda_.jobs import INVOKE
from mlmax_pipelines.steps.services.sagemaker.jobs import TRAINING
from tests.unit.steps.conformance.examples import plugged_in


@pytest.mark.parametrize(
    ("resource", "integration"),
    [
        ("arn:aws:states:::sagemaker:createModel", "sagemaker:createModel"),
        ("arn:aws-cn:states:::s3:a.sync:2", "s3:a.sync:2"),
        ("arn:aws:lambda:r:1:function:load:1", "lambda:function"),
        ("arn:aws:states:r:1:activity:a", "arn:aws:states:r:1:activity:a"),
        ("${Token}", "${Token}"),
    ],
)
def test_what_a_resource_names(resource: str, integration: str) -> None:
    assert jobs.integration(resource) == integration


@pytest.mark.parametrize(
    ("name", "parts"),
    [
        ("lambda:invoke", ("lambda:invoke", "")),
        ("glue:startJobRun.sync", ("glue:startJobRun", ".sync")),
        ("states:startExecution.sync:2", ("states:startExecution", ".sync:2")),
    ],
)
def test_a_pattern_stands_behind_the_integration(
    name: str, parts: tuple[str, str]
) -> None:
    assert jobs.split(name) == parts


def test_a_kind_is_found_whatever_its_pattern() -> None:
    assert jobs.find("sagemaker:createTrainingJob.sync") is TRAINING
    assert jobs.find("sagemaker:createTrainingJob") is TRAINING
    assert jobs.find("lambda:invoke.waitForTaskToken") is INVOKE
    assert jobs.find("aws-sdk:s3:getObject").calls == ("s3:GetObject",)


def test_an_unknown_one_raises_with_the_nearest_name() -> None:
    with pytest.raises(PipelineError, match="'sagemaker:createTraningJob'") as caught:
        jobs.find("sagemaker:createTraningJob.sync")
    assert "did you mean 'sagemaker:createTrainingJob'?" in caught.value.problem.hint


def test_kinds_of_installed_packages_are_found_and_change_no_built_in_one() -> None:
    with pytest.raises(PipelineError):
        jobs.find("databrew:startJobRun.sync")
    with plugged_in():
        assert jobs.find("databrew:startJobRun.sync").label == "run of a recipe job"
        assert jobs.built_in("databrew:startJobRun") is None
        known = jobs.all_kinds()
        assert "databrew:startJobRun" in known
        assert known["sagemaker:createTrainingJob"] is TRAINING


def test_a_service_without_a_folder_declares_nothing() -> None:
    assert jobs.of_service("nowhere") == {}
