"""Parameters: one for each thing that an environment decides."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any, Callable

from mlmax_pipelines.base.limits import PARAMETERS
from mlmax_pipelines.cloudformation import parameters
from mlmax_pipelines.cloudformation.templates import render
from mlmax_pipelines.compiled import CompiledPipeline, Setting
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
    assert parameters.sharing([many, few]) == {"training"}
    assert parameters.sharing([few]) == frozenset()


def test_a_setting_has_its_type_and_its_group() -> None:
    step = Setting("Number", 2, "Train", "instance_count")
    flag = Setting("Boolean", True, "", "fast", "be fast", "parameter")
    value = Setting("String", "ml", "", "team", "whose", "value")
    found = [parameters._setting("N", one, False) for one in (step, flag, value)]
    assert [one.group for one in found] == [
        "Settings of step Train",
        "Defaults of the pipeline's parameters",
        "Values of the environment",
    ]
    assert found[0].declaration == {
        "Type": "Number",
        "Default": 2,
        "Description": "instance count of step Train",
    }
    assert found[1].declaration["AllowedValues"] == ["true", "false"]
    assert found[1].declaration["Default"] == "true"


def test_what_belongs_to_no_step_is_not_shared_with_others() -> None:
    step = Setting("String", "ml.m5.large", "Train", "instance_type")
    assert parameters.shared_name(step) == "InstanceTypeMlM5Large"
    default = Setting("Number", 3, "", "num_round", scope="parameter")
    assert parameters.shared_name(default) == "DefaultNumRound"


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
