"""The JSON Schema takes what the parser takes, and refuses wrong forms."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import jsonschema
import pytest

from mlmax_pipelines.spec.schema import json_schema
from mlmax_pipelines.steps.registry import step_types
from mlmax_pipelines.yaml import document as source
from tests.unit.spec import cases
from tests.unit.spec.test_specs import GOOD, GOOD_MODULES

SCHEMA = json_schema()
CHECK = jsonschema.Draft7Validator(SCHEMA)

# What a schema can see: keys, types, names; not where steps lead or what text means.
FORM = [
    "empty_branches",
    "empty_choice",
    "empty_steps",
    "missing_keys",
    "names",
    "no_default",
    "no_value",
    "unknown_key",
    "unknown_step_type",
    "wrong_conditions",
    "wrong_type",
    "modules/choice",
    "modules/fields",
    "modules/interface",
    "modules/missing_keys",
    "modules/parallel_module",
    "modules/required_field",
    "modules/unknown_type",
]


def _data(file: Path) -> Any:
    return source.load(file, file.name).data


def test_the_schema_is_a_valid_schema() -> None:
    jsonschema.Draft7Validator.check_schema(SCHEMA)


@pytest.mark.parametrize("file", GOOD + GOOD_MODULES, ids=lambda file: file.stem)
def test_good_specs_are_valid(file: Path) -> None:
    errors = [
        f"{error.json_path}: {error.message}"
        for error in CHECK.iter_errors(_data(file))
    ]
    assert errors == []


@pytest.mark.parametrize("name", FORM)
def test_specs_of_wrong_form_are_invalid(name: str) -> None:
    assert not CHECK.is_valid(_data(cases.SPECS / "bad" / f"{name}.yaml"))


def test_an_unknown_key_is_found_where_it_stands() -> None:
    data = {"name": "p", "steps": {"A": {"type": "wait", "secs": 5}}}
    (error,) = CHECK.iter_errors(data)
    assert error.json_path == "$.steps.A"
    assert "'secs'" in error.message


@pytest.mark.parametrize("kind", list(step_types()))
def test_every_step_type_has_its_keys_in_the_schema(kind: str) -> None:
    properties = SCHEMA["definitions"][f"step {kind}"]["properties"]
    assert set(step_types()[kind].fields) <= set(properties)
    assert {"next", "retry", "catch", "description"} <= set(properties)


def test_descriptions_and_defaults_reach_the_editor() -> None:
    instance = SCHEMA["definitions"]["step processing"]["properties"]["instance"]
    count = instance["properties"]["count"]
    assert count["default"] == 1
    assert count["description"]
