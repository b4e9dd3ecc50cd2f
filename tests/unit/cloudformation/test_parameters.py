"""Parameters: one for each thing that an environment decides."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from typing import Any, Callable

import pytest

from mlmax_pipelines.base.limits import PARAMETERS
from mlmax_pipelines.cloudformation import parameters, shape
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
    assert "TrainingInstanceTypeMlM5Xlarge" in load(files["master.yaml"])["Parameters"]
    states = json.loads(files["training-part-1.definition.json"])["States"]
    cluster = states["Long0"]["Parameters"]["ProcessingResources"]["ClusterConfig"]
    assert cluster["InstanceType"] == "${InstanceTypeMlM5Xlarge}"


def test_only_the_largest_pipelines_share(training: CompiledPipeline) -> None:
    many = long_chain(training, PARAMETERS)
    few = replace(training, name="few")
    found = parameters.names([many, few])
    assert set(found["training"].values()) == {"InstanceTypeMlM5Xlarge"}
    assert found["few"] == {name: name for name in found["few"]}


def test_a_setting_has_its_type_and_its_group() -> None:
    step = Setting("Count", 2, "Train", "instance_count")
    flag = Setting("Boolean", True, "", "fast", "be fast", "parameter")
    value = Setting("String", "ml", "", "team", "whose", "value")
    found = [parameters._setting("N", one, False) for one in (step, flag, value)]
    assert [one.group for one in found] == [
        "Settings of step Train",
        "Defaults of the pipeline's parameters",
        "Values of the environment",
    ]
    assert found[0].declaration == {
        "Type": "String",
        "Default": "2",
        "Description": "instance count of step Train",
        "AllowedPattern": r"[1-9]\d*",
        "ConstraintDescription": "must be a whole number, 1 or more",
    }
    assert found[1].declaration["AllowedValues"] == ["true", "false"]
    assert found[1].declaration["Default"] == "true"


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
    found = parameters.names([many])["training"]
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
    assert "ALong7InstanceType" in load(files["master.yaml"])["Parameters"]


@pytest.mark.parametrize(
    ("type", "value", "fits"),
    [
        *[("Number", text, True) for text in ("-1", "1e-05", "0.5", "1E+22", "0")],
        *[("Number", text, False) for text in (".5", "Infinity", "nan", "1.", "01")],
        *[("Count", text, text == "2") for text in ("2", "0", "-1", "1.5", "")],
        ("Word", "ml.g5-x.2xlarge", True),
        ("Word", 'ml."', False),
    ],
)
def test_a_parameter_takes_what_json_takes_for_one(
    type: str, value: str, fits: bool
) -> None:
    declared = parameters._typed(Setting(type, 1, "", "x"))
    assert bool(re.fullmatch(declared["AllowedPattern"], value)) is fits


def test_labels_are_told_where_they_are_no_names() -> None:
    field = parameters.Field("AName", "A group", "a label", {"Type": "String"})
    own, metadata = parameters.section([field, *parameters.deployment(["Prefix"])])
    assert list(own) == ["AName", "Prefix"]
    interface = metadata["AWS::CloudFormation::Interface"]
    assert interface["ParameterLabels"] == {"AName": {"default": "a label"}}
    assert [g["Parameters"] for g in interface["ParameterGroups"]] == [
        ["AName"],
        ["Prefix"],
    ]
