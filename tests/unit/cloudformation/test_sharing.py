"""Settings that share a parameter, because there would be too many."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any, Callable

from mlmax_pipelines.base.limits import PARAMETERS
from mlmax_pipelines.cloudformation import shape, sharing
from mlmax_pipelines.cloudformation.templates import render
from mlmax_pipelines.compiled import CompiledPipeline, Setting
from mlmax_pipelines.environment import Environment
from tests.unit.cloudformation.chains import long_chain

Load = Callable[[bytes], dict[str, Any]]


def test_settings_beyond_the_limit_are_shared_by_default_value(
    training: CompiledPipeline, inference: CompiledPipeline, load: Load
) -> None:
    few = replace(training, name="few")
    files = render([long_chain(training, 1600), few])
    own = load(files["training.yaml"])["Parameters"]
    assert own["InstanceTypeMlM5Xlarge"]["Default"] == "ml.m5.xlarge"
    assert "Step0InstanceType" not in own
    assert "Step0InstanceType" in load(files["few.yaml"])["Parameters"]
    states = json.loads(files["training-part-1.definition.json"])["States"]
    cluster = states["Long0"]["Parameters"]["ProcessingResources"]["ClusterConfig"]
    assert cluster["InstanceType"] == "${InstanceTypeMlM5Xlarge}"


def test_only_a_pipeline_that_has_too_many_shares(training: CompiledPipeline) -> None:
    many = long_chain(training, PARAMETERS)
    few = replace(training, name="few")
    found = sharing.names([many, few])
    assert set(found["training"].values()) == {"InstanceTypeMlM5Xlarge"}
    assert found["few"] == {name: name for name in found["few"]}


def test_what_belongs_to_no_step_is_not_shared_with_others(
    training: CompiledPipeline,
) -> None:
    many = long_chain(training, PARAMETERS)
    # As one word, these two would be the same.
    more = {
        name: Setting("Number", 3, "", name, scope="parameter")
        for name in ("DefaultAB", "DefaultAb1c2d3e")
    }
    many = replace(many, substitutions={**many.substitutions, **more})
    found = sharing.names([many])["training"]
    assert [found[name] for name in more] == list(more)


def test_a_step_that_an_environment_changes_has_a_parameter_of_its_own(
    training: CompiledPipeline, load: Load
) -> None:
    first, second = (
        replace(long_chain(training, PARAMETERS), name=name) for name in ("a", "b")
    )
    steps = {"a": {"Long7": {"instance_type": "ml.p3.8xlarge"}}}
    files = render([first, second], shape.of(Environment("dev", "x", steps=steps)))
    declared = load(files["a.yaml"])["Parameters"]
    assert {"Long7InstanceType", "InstanceTypeMlM5Xlarge"} <= set(declared)
    assert "Long6InstanceType" not in declared
    assert "Long7InstanceType" not in load(files["b.yaml"])["Parameters"]
