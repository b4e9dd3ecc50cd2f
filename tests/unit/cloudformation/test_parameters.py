"""Parameters: one for each thing that an environment decides."""

from __future__ import annotations

import re
from typing import Any, Callable

import pytest

from mlmax_pipelines.cloudformation import parameters
from mlmax_pipelines.compiled import Setting

Load = Callable[[bytes], dict[str, Any]]


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


def test_a_default_is_allowed_beside_the_values_that_are_listed() -> None:
    setting = Setting("Json", None, "", "x", "x", "parameter", ("a", "b"))
    declared = parameters._setting("N", setting, False).declaration
    assert declared["AllowedValues"] == ['"a"', '"b"', "null"]
    assert declared["Default"] == "null"
    assert declared["Description"] == "x (JSON)"
