"""The template of one pipeline: what it uses, and no more."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any, Callable, Mapping

import pytest

from mlmax_pipelines.base.errors import PipelineError
from mlmax_pipelines.cloudformation.tags import Tag
from mlmax_pipelines.cloudformation.templates import render
from mlmax_pipelines.compiled import CompiledPipeline, DataFile, Image, Sub
from mlmax_pipelines.steps.services.sagemaker.images import image_uris

Load = Callable[[bytes], dict[str, Any]]


def test_what_nothing_uses_is_not_a_parameter(
    training: CompiledPipeline, load: Load
) -> None:
    more = {"CodeBucket": Sub("${CodeBucket}"), "DataOther": DataFile("d.csv", "other")}
    substitutions = {**training.substitutions, **more}
    files = render([replace(training, substitutions=substitutions)])
    assert files == render([training])
    assert "CodeBucket" not in load(files["training.yaml"])["Parameters"]


def test_images_are_those_of_the_regions_that_have_all_of_them(
    training: CompiledPipeline, load: Load
) -> None:
    images = {
        "ImageSklearn": Image("sklearn", "1.2-1"),
        "ImageTorch": Image("pytorch", "2.1.0", py_version="py310"),
        "ImageOwn": Image(uri="${AWS::AccountId}.dkr.ecr.example/own:1"),
    }
    definition = json.loads(json.dumps(training.definition))
    definition["Comment"] = "${ImageTorch} ${ImageOwn}"
    substitutions = {**training.substitutions, **images}
    changed = replace(training, definition=definition, substitutions=substitutions)
    template = load(render([changed])["training.yaml"])
    uris = [image_uris(images[name]) for name in ("ImageSklearn", "ImageTorch")]
    regions = uris[0].keys() & uris[1].keys()
    assert regions != uris[0].keys() | uris[1].keys()
    assert template["Mappings"]["Images"] == {
        region: {"ImageSklearn": uris[0][region], "ImageTorch": uris[1][region]}
        for region in regions
    }
    machine = template["Resources"]["StateMachine"]["Properties"]
    own = machine["DefinitionSubstitutions"]["ImageOwn"]
    assert own == Tag("Sub", images["ImageOwn"].uri)


def test_images_that_no_region_has_together_are_refused(
    training: CompiledPipeline, monkeypatch: pytest.MonkeyPatch
) -> None:
    from mlmax_pipelines.cloudformation import pipeline

    def only_here(image: Image) -> Mapping[str, str]:
        return {image.framework: "uri"}

    monkeypatch.setattr(pipeline, "image_uris", only_here)
    definition = {**training.definition, "Comment": "${ImageTorch}"}
    more = {"ImageTorch": Image("pytorch", "2.1.0")}
    both = replace(
        training,
        definition=definition,
        substitutions={**training.substitutions, **more},
    )
    with pytest.raises(PipelineError, match="no region has every image of .*training"):
        render([both])


def test_a_pipeline_without_jobs_names_no_role_of_theirs(
    inference: CompiledPipeline, training: CompiledPipeline, load: Load
) -> None:
    files = render([training, inference])
    outputs = [load(files[f"{p}.yaml"])["Outputs"] for p in ("training", "inference")]
    assert ["JobRoleArn" in one for one in outputs] == [True, False]
    assert outputs[1]["StateMachineArn"]["Value"] == Tag("Ref", "StateMachine")
