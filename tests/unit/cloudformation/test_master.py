"""The root template: a stack for each pipeline, and what it hands down."""

from __future__ import annotations

from dataclasses import replace
from typing import Any, Callable

import pytest

from mlmax_pipelines.base.errors import PipelineError
from mlmax_pipelines.cloudformation.tags import get_att, ref
from mlmax_pipelines.cloudformation.templates import render
from mlmax_pipelines.compiled import CompiledPipeline

Load = Callable[[bytes], dict[str, Any]]


def test_the_master_hands_down_every_parameter(
    training: CompiledPipeline, inference: CompiledPipeline, load: Load
) -> None:
    files = render([training, inference])
    master = load(files["master.yaml"])
    for stack in master["Resources"].values():
        name = stack["Properties"]["TemplateURL"].removeprefix("./")
        given = stack["Properties"]["Parameters"]
        assert list(given) == list(load(files[name])["Parameters"])
    given = master["Resources"]["Training"]["Properties"]["Parameters"]
    assert given["Prefix"] == ref("AWS::StackName")
    assert given["ArtifactBucket"] == get_att("Shared", "Outputs.ArtifactBucket")
    assert given["Step0InstanceType"] == ref("TrainingStep0InstanceType")
    assert given["LogRetentionDays"] == ref("LogRetentionDays")


def test_a_stack_for_each_pipeline_and_one_that_they_share(
    training: CompiledPipeline, inference: CompiledPipeline, load: Load
) -> None:
    master = load(render([training, inference])["master.yaml"])
    assert list(master["Resources"]) == ["Shared", "Inference", "Training"]
    assert list(master["Outputs"]) == [
        "Owner",
        "CodeBucket",
        "ArtifactBucket",
        "InferenceStateMachineArn",
        "TrainingStateMachineArn",
    ]


def test_parameters_of_a_pipeline_are_grouped_under_its_name(
    training: CompiledPipeline, load: Load
) -> None:
    master = load(render([training])["master.yaml"])
    groups = master["Metadata"]["AWS::CloudFormation::Interface"]["ParameterGroups"]
    labels = [group["Label"]["default"] for group in groups]
    assert labels[0] == "Deployment"
    assert "Pipeline training: Settings of step Step0" in labels
    assert "Prefix" not in master["Parameters"]


def test_two_pipelines_with_one_logical_id_are_refused(
    training: CompiledPipeline,
) -> None:
    names = ("tra.ining", "tra-ining")
    with pytest.raises(PipelineError, match="the logical id 'TraIning', taken already"):
        render([replace(training, name=name) for name in names])
