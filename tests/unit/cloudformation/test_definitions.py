"""Definitions: in the template or beside it, and what fills their placeholders."""

from __future__ import annotations

import json
from dataclasses import replace
from hashlib import sha256
from typing import Any, Callable, Mapping

import pytest

from mlmax_pipelines.base.errors import PipelineError
from mlmax_pipelines.cloudformation.definitions import (
    definition_key,
    definitions,
    substitutions,
    values,
)
from mlmax_pipelines.cloudformation.sharing import names, settings
from mlmax_pipelines.cloudformation.tags import Tag, get_att, ref
from mlmax_pipelines.cloudformation.templates import render
from mlmax_pipelines.compiled import CompiledPipeline
from tests.unit.cloudformation.chains import long_chain

Load = Callable[[bytes], dict[str, Any]]


def resources(files: Mapping[str, bytes], name: str, load: Load) -> dict[str, Any]:
    found: dict[str, Any] = load(files[f"{name}.yaml"])["Resources"]
    return found


def test_substitutions_carry_what_only_the_stack_knows(
    training: CompiledPipeline, load: Load
) -> None:
    machine = resources(render([training]), "training", load)["StateMachine"]
    assert machine["Properties"]["Definition"] == training.definition
    assert machine["Properties"]["DefinitionSubstitutions"] == {
        "CreateProcessingJobSync": Tag(
            "Sub", "arn:${AWS::Partition}:states:::sagemaker:createProcessingJob.sync"
        ),
        "DataWdbc": ref("DataWdbc"),
        "ImageSklearn": Tag(
            "FindInMap", ["Images", ref("AWS::Region"), "ImageSklearn"]
        ),
        "JobRoleArn": get_att("JobRole"),
        **{f"Step{i}InstanceType": ref(f"Step{i}InstanceType") for i in range(3)},
    }


def test_a_placeholder_without_a_value_is_refused(training: CompiledPipeline) -> None:
    missing = dict(training.substitutions)
    del missing["JobRoleArn"]
    with pytest.raises(PipelineError, match=r"nothing fills in '\$\{JobRoleArn\}'"):
        render([replace(training, substitutions=missing)])


def test_large_definitions_are_files_found_by_content(
    training: CompiledPipeline, load: Load
) -> None:
    long = long_chain(training, 1600)
    files = render([long])
    found = resources(files, "training", load)
    for part in long.parts:
        content = files[f"{part.name}.definition.json"]
        place = found[part.logical_id]["Properties"]["DefinitionS3Location"]
        assert place == {"Bucket": ref("CodeBucket"), "Key": definition_key(content)}
        assert sha256(content).hexdigest() in place["Key"]
        states = json.loads(content)["States"]
        assert list(states) == list(part.definition["States"])
        assert content.count(b"\n") == len(states) + 2


def test_each_state_machine_is_given_what_it_uses(training: CompiledPipeline) -> None:
    parted = long_chain(training, 4)
    first, second, main = definitions(parted, names([parted])["training"])
    assert (first.name, main.logical_id) == ("training-part-1", "StateMachine")
    filled = values(parted, names([parted])["training"])
    assert "Long0InstanceType" in substitutions(first, filled)
    assert "Long0InstanceType" not in substitutions(second, filled)
    assert first.properties == {"Definition": parted.parts[0].definition}


def test_settings_that_are_shared_are_named_in_the_definition(
    training: CompiledPipeline,
) -> None:
    every = settings(training)
    shared = dict.fromkeys(every, "InstanceTypeMlM5Xlarge")
    (main,) = definitions(training, shared)
    text = json.dumps(main.inline)
    assert "${InstanceTypeMlM5Xlarge}" in text and "Step0InstanceType" not in text
    assert "InstanceTypeMlM5Xlarge" in values(training, shared)
