from __future__ import annotations

import threading
from dataclasses import replace
from importlib import import_module
from typing import Any

import pytest

from mlmax_pipelines.interpreter.contract import TaskRequest
from mlmax_pipelines.local import tasks
from mlmax_pipelines.local.workspace import Workspace
from mlmax_pipelines.steps import jobs

PATHS = {path for kind in jobs.all_kinds().values() for path in kind.local.values()}


@pytest.mark.parametrize("path", sorted(PATHS))
def test_every_resource_names_a_function_that_exists(path: str) -> None:
    module, _, name = path.partition(":")
    assert callable(getattr(import_module(module), name))


@pytest.mark.parametrize(
    ("resource", "integration"),
    [
        ("arn:aws:states:::sns:publish", "sns:publish"),
        ("arn:aws-cn:states:::aws-sdk:s3:getObject", "aws-sdk:s3:getObject"),
        ("arn:aws:states:::sqs:a.sync:2", "sqs:a.sync:2"),
        ("arn:aws:lambda:us-east-1:000000000000:function:f", "lambda:function"),
        ("arn:aws:lambda:us-east-1:000000000000:function:f:1", "lambda:function"),
        ("arn:aws:states:us-east-1:000000000000:activity:a",) * 2,
        ("${Token}", "${Token}"),
    ],
)
def test_a_resource_says_which_integration_it_is(
    resource: str, integration: str
) -> None:
    assert jobs.integration(resource) == integration


def test_an_unknown_resource_is_one_clear_error(failure: Any) -> None:
    error, cause = failure("sagemaker:createProcessingJobs.sync", {})
    assert error == "States.Runtime"
    assert "did you mean 'sagemaker:createProcessingJob.sync'?" in cause
    assert "these can: " in cause and "sns:publish" in cause


def own_handler(request: TaskRequest, workspace: Workspace) -> Any:
    return {"answered": request.arguments}


def test_another_package_can_answer_its_own_resources(workspace: Workspace) -> None:
    handlers = {
        "aws-sdk:glue:getTable": f"{__name__}:own_handler",
        "sns:publish": f"{__name__}:own_handler",
    }
    answer = tasks.handler(replace(workspace, handlers=handlers))

    def ask(action: str) -> Any:
        stop = threading.Event()
        arguments = {"TopicArn": "t", "Message": "m"}
        resource = f"arn:aws:states:::{action}"
        return answer(TaskRequest(resource, arguments, "S", {}, None, None, stop))

    assert ask("aws-sdk:glue:getTable")["answered"]["Message"] == "m"
    assert "MessageId" in ask("sns:publish")


def test_what_went_wrong_comes_before_what_to_do(failure: Any) -> None:
    arguments = {"Bucket": "b", "Key": "../k", "Body": "x"}
    error, cause = failure("aws-sdk:s3:putObject", arguments)
    assert error == "States.TaskFailed"
    assert cause.startswith("aws-sdk:s3:putObject: the key of 's3://b/../k' cannot be")
    assert "\n" not in cause and "(keys have no" in cause


@pytest.mark.parametrize(
    ("arguments", "cause"),
    [
        (
            {"AppSpecification": {"ContainerArguments": ["--a", "x" * 300]}},
            "'appSpecification.containerArguments.2.member' failed to satisfy "
            "constraint: Member must have length less than or equal to 256 "
            "(CreateProcessingJob: the value of option --a)",
        ),
        (
            {"Environment": {"A": "x" * 257}},
            "'environment.A' failed to satisfy constraint: Member must have length",
        ),
        (
            {"ProcessingResources": {"ClusterConfig": {"InstanceType": "ml.x"}}},
            "Value 'ml.x' at 'processingResources.clusterConfig.instanceType' failed "
            "to satisfy constraint: Member must satisfy enum value set: [ml.",
        ),
    ],
)
def test_what_aws_would_refuse_fails_here(
    failure: Any, arguments: Any, cause: str
) -> None:
    error, said = failure("sagemaker:createProcessingJob.sync", arguments)
    assert error == "SageMaker.ValidationException"
    assert "1 validation error detected: Value '" in said and cause in said
    assert "x" * 61 not in said


def test_other_services_have_their_own_models(failure: Any) -> None:
    error, said = failure("aws-sdk:s3:putObject", {"StorageClass": "cold"})
    assert error == "S3.ValidationException"
    assert "(PutObject)" in said
