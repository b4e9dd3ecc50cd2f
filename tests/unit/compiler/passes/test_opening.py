"""The states every definition opens with."""

from __future__ import annotations

import hashlib
import re
from pathlib import Path

import pytest

from mlmax_pipelines.base.names import execution_tag
from tests.unit.compiler.projects import compiled, execute

# Of SageMaker's model of the shape TagValue: \\p{L} and \\p{N} are letters and digits.
TAG_VALUE = r"[\w\s.:/=+\-@]{0,256}"
PARAMETERS = """
  rows: {type: s3, default: data/rows.csv}
  ratio: {type: number, default: 0.5}
  words: {type: list, default: [a, b]}
  flag: {type: boolean, default: true}
"""
SHOW = """
  Show: {type: pass, result: {rows: "${parameters.rows}", words: "${parameters.words}"}}
"""


def test_an_empty_input_gets_the_defaults(tmp_path: Path) -> None:
    ran = execute(compiled(tmp_path, SHOW, parameters=PARAMETERS))
    assert ran.output["parameters"] == {
        "rows": "s3://code/data/rows.csv",
        "ratio": 0.5,
        "words": ["a", "b"],
        "flag": True,
    }
    assert ran.output["steps"]["Show"]["outputs"]["words"] == ["a", "b"]


def test_an_input_goes_before_its_default(tmp_path: Path) -> None:
    given = {"ratio": 0.75, "words": []}
    ran = execute(compiled(tmp_path, SHOW, parameters=PARAMETERS), given)
    assert ran.output["parameters"]["ratio"] == 0.75
    assert ran.output["parameters"]["words"] == []
    assert ran.output["parameters"]["flag"] is True


def test_the_pipeline_says_what_it_is(tmp_path: Path) -> None:
    ran = execute(compiled(tmp_path, SHOW, parameters=PARAMETERS))
    assert ran.output["pipeline"]["name"] == "p"
    assert ran.output["pipeline"]["execution_name"] == "a-run"
    assert ran.output["pipeline"]["start_time"].startswith("2030-")


@pytest.mark.parametrize("name", ["a-run", "0", "A_1.b=c+d@e", "z" * 80, "-", "--.--"])
def test_a_name_that_tags_take_is_their_tag(name: str, tmp_path: Path) -> None:
    ran = execute(compiled(tmp_path, SHOW, parameters=PARAMETERS), name=name)
    assert ran.output["pipeline"]["execution_tag"] == execution_tag(name) == name
    assert re.fullmatch(TAG_VALUE, name)


@pytest.mark.parametrize("name", ["a!", "!", "(a)-b", "it's", "!!", "launch-🚀", "é"])
def test_a_name_that_the_console_allows_and_tags_refuse_is_hashed(
    name: str, tmp_path: Path
) -> None:
    ran = execute(compiled(tmp_path, SHOW, parameters=PARAMETERS), name=name)
    hashed = hashlib.md5(name.encode()).hexdigest()
    assert ran.output["pipeline"]["execution_tag"] == hashed
    assert execution_tag(name) == hashed
    assert ran.output["pipeline"]["execution_name"] == name


def test_every_job_is_tagged_so_and_writes_there(tmp_path: Path) -> None:
    pipeline = compiled(tmp_path, "  A: {module: copy}\n")
    request = execute(pipeline, name="no!").arguments("A")
    values = {tag["Key"]: tag["Value"] for tag in request["Tags"]}
    assert values["mlmax:execution"] == execution_tag("no!")
    outputs = request["ProcessingOutputConfig"]["Outputs"]
    for output in outputs:
        assert f"/p/{execution_tag('no!')}/A/" in output["S3Output"]["S3Uri"]
    assert all(re.fullmatch(TAG_VALUE, value) for value in values.values())


def test_a_pipeline_without_parameters_opens_too(tmp_path: Path) -> None:
    ran = execute(compiled(tmp_path, "  A: {type: pass}\n"))
    assert ran.output["parameters"] == {}


def test_missing_parameters_fail_with_their_names(tmp_path: Path) -> None:
    parameters = "{a: {type: string}, b: {type: string}, c: {type: string, default: x}}"
    pipeline = compiled(tmp_path, "  A: {type: pass}\n", parameters=parameters)
    ran = execute(pipeline, {"a": "given"})
    assert (ran.status, ran.error) == ("FAILED", "MissingParameter")
    assert "'a', 'b'" in str(ran.cause)
    assert execute(pipeline, {"a": "1", "b": "2"}).status == "SUCCEEDED"


def test_one_required_parameter_is_checked(tmp_path: Path) -> None:
    parameters = "{a: {type: string}}"
    pipeline = compiled(tmp_path, "  A: {type: pass}\n", parameters=parameters)
    assert execute(pipeline).error == "MissingParameter"
    assert execute(pipeline, {"a": ""}).status == "SUCCEEDED"
