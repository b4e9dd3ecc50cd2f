"""What an execution is given is looked at before anything is paid for."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from tests.unit.compiler.projects import compiled, execute, problems

PARAMETERS = """
  text: {type: string, default: a}
  place: {type: s3, default: s3://b/k}
  flag: {type: boolean, default: true}
  count: {type: integer, default: 3}
  share: {type: number, default: 0.5, minimum: 0, maximum: 1}
  top: {type: integer, default: 3, maximum: 9}
  way: {type: string, default: slow, enum: [slow, "it's {}"]}
  size: {type: integer, default: 2, enum: [2, 4]}
  list: {type: list, default: [1]}
  object: {type: object, default: {a: 1}}
  note: {type: string, default: null}
  limit: {type: integer, default: null, minimum: 1}
  rows: {type: list, default: null}
"""
SHOW = "  Show: {type: pass, result: {a: 1}}\n"


def ran(root: Path, given: Any) -> Any:
    return execute(compiled(root, SHOW, parameters=PARAMETERS), given)


@pytest.mark.parametrize(
    ("name", "value", "told"),
    [
        ("text", 1, "is 1, and must be a text"),
        ("text", None, "is null, and must be a text"),
        ("place", "/tmp/x", 'is "/tmp/x", and must be an address, s3://...'),
        ("place", 3, "is 3, and must be an address"),
        ("flag", "true", 'is "true", and must be true or false'),
        ("flag", 1, "is 1, and must be true or false"),
        ("count", "3", 'is "3", and must be a whole number'),
        ("count", 3.5, "is 3.5, and must be a whole number"),
        ("count", 1e300, "and must be a whole number"),
        ("count", [3], "is [3], and must be a whole number"),
        ("count", True, "is true, and must be a whole number"),
        ("share", "0.9", 'is "0.9", and must be a number of 0 or more and 1 or less'),
        ("share", 1.01, "is 1.01, and must be a number of 0 or more and 1 or less"),
        ("share", -0.1, "is -0.1, and must be a number of 0 or more and 1 or less"),
        ("top", 10, "is 10, and must be a whole number of 9 or less"),
        ("way", "fast", 'is "fast", and must be one of slow, it\'s {}'),
        ("way", 1, "is 1, and must be one of slow, it's {}"),
        ("size", 3, "is 3, and must be one of 2, 4"),
        ("size", 2.5, "is 2.5, and must be one of 2, 4"),
        ("list", "[1]", 'is "[1]", and must be a list'),
        ("list", None, "is null, and must be a list"),
        ("object", 1, "is 1, and must be an object"),
        ("note", 1, "is 1, and must be a text or null"),
        ("limit", 0, "is 0, and must be a whole number of 1 or more or null"),
        ("limit", 1.5, "is 1.5, and must be a whole number of 1 or more or null"),
        ("rows", False, "is false, and must be a list or null"),
    ],
)
def test_a_value_that_a_parameter_cannot_have_fails_at_once(
    tmp_path: Path, name: str, value: Any, told: str
) -> None:
    found = ran(tmp_path, {name: value})
    assert (found.status, found.error) == ("FAILED", "Input.Invalid")
    assert found.cause.startswith(f"input '{name}' is ") and told in found.cause


@pytest.mark.parametrize(
    "given",
    [
        {},
        {"text": "", "place": "s3://x", "flag": False, "count": -1, "share": 1},
        {"share": 0.0, "top": 9, "way": "it's {}", "size": 4, "list": []},
        {"object": {}, "note": None, "limit": None, "rows": None},
        {"note": "x", "limit": 1, "rows": [1], "count": 2**53, "other": "kept"},
    ],
)
def test_what_a_parameter_can_have_is_taken(tmp_path: Path, given: Any) -> None:
    found = ran(tmp_path, given)
    assert found.status == "SUCCEEDED"
    for name, value in given.items():
        assert found.output["parameters"][name] == value


def test_what_is_not_there_is_told_before_what_is_wrong(tmp_path: Path) -> None:
    parameters = "{need: {type: integer}, text: {type: string, default: a}}"
    pipeline = compiled(tmp_path, SHOW, parameters=parameters)
    assert execute(pipeline, {"text": 1}).error == "MissingParameter"
    assert execute(pipeline, {"need": "x"}).error == "Input.Invalid"
    assert execute(pipeline, {"need": 3}).status == "SUCCEEDED"


def test_without_parameters_there_is_nothing_to_look_at(tmp_path: Path) -> None:
    assert [*compiled(tmp_path, SHOW).definition["States"]] == [
        "Defaults",
        "Parameters",
        "Show",
    ]


@pytest.mark.parametrize(
    ("parameter", "told"),
    [
        ("{type: number, default: 2, maximum: 1}", "must be 1 or less"),
        ("{type: integer, enum: [1, 0], minimum: 1}", "must be 1 or more"),
        ("{type: string, minimum: 1}", "'x' has 'minimum', which a number can"),
    ],
)
def test_a_range_holds_for_what_the_spec_says(
    tmp_path: Path, parameter: str, told: str
) -> None:
    (found,) = problems(tmp_path, SHOW, parameters=f"{{x: {parameter}}}")
    assert told in found
