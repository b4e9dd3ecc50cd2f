"""Compiled pipelines made by hand, and cfn-lint run on what is rendered of them."""

from __future__ import annotations

from dataclasses import replace
from typing import Any, Callable

import pytest
import yaml

from mlmax_pipelines.base.errors import Where
from mlmax_pipelines.cloudformation.tags import Tag
from mlmax_pipelines.compiled import (
    CompiledPipeline,
    CompiledState,
    DataFile,
    Image,
    Job,
    Resource,
    Schedule,
    Setting,
    Sub,
)
from mlmax_pipelines.declared import Statement
from mlmax_pipelines.steps.services.lambda_.jobs import INVOKE
from mlmax_pipelines.steps.services.lambda_.resources import function
from mlmax_pipelines.steps.services.sagemaker.jobs import PROCESSING
from mlmax_pipelines.steps.services.sagemaker.resources import MODEL_GROUP

DAILY = Schedule("", "rate(1 day)", "", {}, Where("pipelines/p.yaml", 2, 11))
ACCOUNT = "${AWS::Region}:${AWS::AccountId}"
GROUP = Resource(
    MODEL_GROUP,
    "CancerModelGroup",
    {
        "ModelPackageGroupName": "${Prefix}-cancer",
        "ModelPackageGroupDescription": "Versions of model cancer",
    },
)


class _Loader(yaml.CSafeLoader):
    pass


def _tagged(loader: Any, name: str, node: yaml.Node) -> Tag:
    if isinstance(node, yaml.ScalarNode):
        return Tag(name, loader.construct_scalar(node))
    return Tag(name, loader.construct_sequence(node, deep=True))


_Loader.add_multi_constructor("!", _tagged)


def _load(content: bytes) -> dict[str, Any]:
    loaded: dict[str, Any] = yaml.load(content, _Loader)
    return loaded


@pytest.fixture(scope="session")
def load() -> Callable[[bytes], dict[str, Any]]:
    """A template's YAML -> data with `Tag`s."""
    return _load


def job_statements(name: str) -> tuple[Statement, ...]:
    job = f"processing-job/${{Environment}}-training-{name.lower()}-*"
    place = f"arn:${{AWS::Partition}}:sagemaker:{ACCOUNT}:{job}"
    rule = "rule/StepFunctionsGetEventsForSageMakerProcessingJobsRule"
    events = ("events:PutTargets", "events:PutRule", "events:DescribeRule")
    passed = {"StringEquals": {"iam:PassedToService": "sagemaker.amazonaws.com"}}
    return (
        Statement(
            ("sagemaker:CreateProcessingJob", "sagemaker:AddTags"),
            (place,),
            "starts it",
        ),
        Statement(
            events,
            (f"arn:${{AWS::Partition}}:events:{ACCOUNT}:{rule}",),
            "waits for it",
        ),
        Statement(("iam:PassRole",), ("${JobRole.Arn}",), "gives it its role", passed),
    )


def data_statements(name: str) -> tuple[Statement, ...]:
    bucket = "arn:${AWS::Partition}:s3:::${ArtifactBucket}"
    return (
        Statement(("s3:PutObject",), (f"{bucket}/training/*/{name}/*",), "writes"),
        Statement(("s3:ListBucket",), (bucket,), "finds files"),
        Statement(
            ("ecr:GetAuthorizationToken",),
            ("*",),
            "logs in to the registry",
            wildcard="it takes no resource",
        ),
    )


def job_state(name: str, following: str) -> dict[str, Any]:
    return {
        "Type": "Task",
        "Resource": "${CreateProcessingJobSync}",
        "Parameters": {
            "RoleArn": "${JobRoleArn}",
            "AppSpecification": {"ImageUri": "${ImageSklearn}"},
            "ProcessingResources": {
                "ClusterConfig": {
                    "InstanceType": f"${{{name}InstanceType}}",
                    "InstanceCount": 1,
                    "VolumeSizeInGB": 30,
                }
            },
        },
        "ResultPath": f"$.steps.{name}",
        **({"Next": following} if following else {"End": True}),
    }


def compiled_state(name: str) -> CompiledState:
    return CompiledState(
        name=name,
        type="Task",
        step=name,
        step_type="processing",
        job=Job(PROCESSING, ".sync", f"${{Environment}}-training-{name.lower()}"),
        where=None,
        execution_role=job_statements(name),
        job_role=data_statements(name),
    )


def setting(name: str) -> Setting:
    return Setting("Word", "ml.m5.xlarge", name, "instance_type")


def chain(steps: int, name: str = "training") -> CompiledPipeline:
    """A pipeline of processing jobs, one after the other."""
    names = [f"Step{index}" for index in range(steps)]
    return CompiledPipeline(
        name=name,
        description="",
        type="Pipeline",
        parameters=(),
        definition={
            "StartAt": "Defaults",
            "States": {
                "Defaults": {
                    "Type": "Pass",
                    "Parameters": {"raw": "${DataWdbc}"},
                    "Next": names[0],
                },
                **{
                    one: job_state(one, following)
                    for one, following in zip(names, [*names[1:], ""])
                },
            },
        },
        substitutions={
            "CreateProcessingJobSync": Sub(
                "arn:${AWS::Partition}:states:::sagemaker:createProcessingJob.sync"
            ),
            "DataWdbc": DataFile("data/wdbc.csv", "DataWdbc"),
            "ImageSklearn": Image("sklearn", "1.2-1"),
            "JobRoleArn": Sub("${JobRole.Arn}"),
            **{f"{one}InstanceType": setting(one) for one in names},
        },
        states=tuple(map(compiled_state, names)),
        limits=(),
        code=("src",),
        resources=(GROUP,),
        sources=("pipelines/training.yaml", "modules/preprocess.yaml"),
    )


def with_function(pipeline: CompiledPipeline) -> CompiledPipeline:
    """The pipeline with a Lambda function of its own and a schedule."""
    definition: Any = {
        "StartAt": "Load",
        "States": {
            "Load": {
                "Type": "Task",
                "Resource": "${LambdaInvoke}",
                "Parameters": {"FunctionName": "${LoadFunctionArn}"},
                "End": True,
            }
        },
    }
    place = "${LoadFunction.Arn}"
    call = Statement(("lambda:InvokeFunction",), (place, f"{place}:*"), "calls it")
    made = function(
        *("LoadFunction", ("src", "key"), "load.handler", "python3.12", 60, 256),
        "Step Load of pipeline inference",
    )
    state = CompiledState(
        *("Load", "Task", "Load", "lambda", None, Job(INVOKE), (call,))
    )
    return replace(
        pipeline,
        name="inference",
        definition=definition,
        substitutions={
            "LambdaInvoke": Sub("arn:${AWS::Partition}:states:::lambda:invoke"),
            "LoadFunctionArn": Sub(place),
        },
        states=(state,),
        resources=(made,),
        schedules=(DAILY,),
    )


@pytest.fixture(scope="session")
def training() -> CompiledPipeline:
    return chain(3)


@pytest.fixture(scope="session")
def inference() -> CompiledPipeline:
    return with_function(chain(1))
