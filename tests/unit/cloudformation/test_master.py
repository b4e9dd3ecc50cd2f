"""The root template: a stack for each pipeline, and what it hands down."""

from __future__ import annotations

from dataclasses import replace
from typing import Any, Callable

import pytest

from mlmax_pipelines.base.errors import PipelineError
from mlmax_pipelines.cloudformation import parameters
from mlmax_pipelines.cloudformation.tags import get_att, ref
from mlmax_pipelines.cloudformation.templates import render
from mlmax_pipelines.compiled import CompiledPipeline

KNOWN = {*parameters.DEPLOYMENT_NAMES, "ArchiveAfterDays"}
Load = Callable[[bytes], dict[str, Any]]


def test_the_master_hands_down_every_parameter(
    training: CompiledPipeline, inference: CompiledPipeline, load: Load
) -> None:
    files = render([training, inference])
    master = load(files["master.yaml"])
    for stack in master["Resources"].values():
        name = stack["Properties"]["TemplateURL"].removeprefix("./")
        given = stack["Properties"]["Parameters"]
        declared = load(files[name])["Parameters"]
        assert given.keys() == {
            key for key, one in declared.items() if key in KNOWN or "Default" not in one
        }
    given = master["Resources"]["Training"]["Properties"]["Parameters"]
    assert given["Prefix"] == ref("AWS::StackName")
    assert given["ArtifactBucket"] == get_att("Shared", "Outputs.ArtifactBucket")
    assert given["LogRetentionDays"] == ref("LogRetentionDays")
    assert given["DataWdbc"] == "data/wdbc.csv"


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


def test_parameters_do_not_grow_with_the_pipelines(
    training: CompiledPipeline, load: Load
) -> None:
    one = load(render([training])["master.yaml"])
    many = [replace(training, name=f"p{number}") for number in range(200)]
    root = load(render(many)["master.yaml"])
    assert root["Parameters"] == one["Parameters"]
    assert "Prefix" not in root["Parameters"]
    # Nor are there more outputs than a template may have.
    machines = [n for n in root["Outputs"] if n.startswith("StateMachines")]
    arns = [a for n in machines for a in root["Outputs"][n]["Value"].value[1]]
    assert len(arns) == 200 and len(root["Outputs"]) == 3 + 8


def test_two_pipelines_with_one_logical_id_are_refused(
    training: CompiledPipeline,
) -> None:
    names = ("tra.ining", "tra-ining")
    with pytest.raises(PipelineError, match="the logical id 'TraIning', taken already"):
        render([replace(training, name=name) for name in names])
