"""processing: arguments and folders in, folders and metrics out."""

from __future__ import annotations

import json
from pathlib import Path

from tests.unit.compiler.projects import MODULES, compiled, execute


def test_metrics_are_read_from_where_the_job_wrote_them(tmp_path: Path) -> None:
    ran = execute(compiled(tmp_path, "  A: {module: copy}\n"))
    assert ran.arguments("A quality file") == {
        "Bucket": "artifacts",
        "Key": "p/a-run/A/quality/metrics.json",
    }
    values = ran.output["steps"]["A"]["outputs"]["quality"]["values"]
    assert values == {"score": 0.5, "name": "first"}


def test_folders_are_those_that_were_asked_for(tmp_path: Path) -> None:
    """In whichever order, and however spelled, Describe answers them."""
    steps = """
  A: {module: copy}
  B: {module: call, inputs: {rows: "${steps.A.outputs.rows}"}}
"""
    other = {"OutputName": "loose", "S3Output": {"S3Uri": "s3://other"}}
    answers = {"A": {"ProcessingOutputConfig": {"Outputs": [other]}}}
    ran = execute(compiled(tmp_path, steps), answers=answers)
    assert ran.arguments("B")["Payload"] == {"rows": "s3://artifacts/p/a-run/A/rows/"}


def test_an_input_without_a_value_is_no_argument(tmp_path: Path) -> None:
    ran = execute(compiled(tmp_path, "  A: {module: copy, inputs: {level: 0.5}}\n"))
    app = ran.arguments("A")["AppSpecification"]
    assert app["ContainerArguments"] == ["--level", "0.5"]


def test_names_reach_a_script_as_they_are_written(tmp_path: Path) -> None:
    own = """
name: own
type: processing
interface: {inputs: {max_depth: {type: integer}, min-rows: {type: integer}}}
implementation: {image: {framework: sklearn, version: 1.4-2}, entry_point: src/copy.py}
"""
    steps = "  A: {module: own, inputs: {max_depth: 3, min-rows: 4}}\n"
    ran = execute(compiled(tmp_path, steps, modules={"own": own}))
    app = ran.arguments("A")["AppSpecification"]
    assert app["ContainerArguments"] == ["--max_depth", "3", "--min-rows", "4"]


def test_without_a_script_the_container_runs_its_own_program(tmp_path: Path) -> None:
    own = "name: own\ntype: processing\nimplementation: {image: {ecr: 'own:1'}%s}\n"
    found = []
    for number, command in enumerate(("", ", command: [/bin/run]")):
        modules = {"own": own % command}
        pipeline = compiled(
            tmp_path / str(number), "  A: {module: own}\n", modules=modules
        )
        found.append(execute(pipeline).arguments("A")["AppSpecification"])
    image = "000000000000.dkr.ecr.us-east-1.amazonaws.com/own:1"
    assert found == [
        {"ImageUri": image},
        {"ImageUri": image, "ContainerEntrypoint": ["/bin/run"]},
    ]


LISTS = """
name: lists
type: processing
interface: {inputs: {days: {type: list}, more: {type: object}, word: {type: string}}}
implementation: {image: {framework: sklearn, version: 1.4-2}, entry_point: src/copy.py}
"""


def test_lists_and_objects_by_reference_are_json_in_an_argument(tmp_path: Path) -> None:
    steps = """
  Set: {type: pass, result: {map: "${parameters.object}", list: "${parameters.list}"}}
  A:
    module: lists
    inputs:
      days: ${steps.Set.outputs.list}
      more: ${parameters.object}
      word: "of ${parameters.list} and ${parameters.object.n}"
"""
    parameters = "{list: {type: list}, object: {type: object}}"
    modules = {**MODULES, "lists": LISTS}
    pipeline = compiled(tmp_path, steps, modules=modules, parameters=parameters)
    given = {"list": [1, "it's"], "object": {"n": 2.5, "deep": {"a": []}}}
    app = execute(pipeline, given).arguments("A")["AppSpecification"]
    arguments = dict(
        zip(app["ContainerArguments"][::2], app["ContainerArguments"][1::2])
    )
    assert json.loads(arguments["--days"]) == given["list"]
    assert json.loads(arguments["--more"]) == given["object"]
    assert arguments["--word"] == 'of [1,"it\'s"] and 2.5'


def test_a_job_has_the_tags_of_its_module(tmp_path: Path) -> None:
    own = "name: own\ntype: processing\nimplementation: {image: {ecr: 'own:1'}, "
    own += "tags: {cost-center: 42, run: '${pipeline.execution_name}'}}\n"
    ran = execute(compiled(tmp_path, "  A: {module: own}\n", modules={"own": own}))
    tags = {tag["Key"]: tag["Value"] for tag in ran.arguments("A")["Tags"]}
    assert tags["cost-center"] == "42" and tags["run"] == "a-run"
    assert tags["mlmax:step"] == "A"
