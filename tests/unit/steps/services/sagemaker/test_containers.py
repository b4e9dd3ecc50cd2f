"""Folders of containers: where a module wants them, and each in a place of its own."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from tests.unit.compiler.projects import compiled, execute, problems

PROCESS = """name: m
type: processing
interface:
  inputs:
    rows: {{type: s3{input}}}
    more: {{type: s3, default: 's3://b/more'}}
  outputs:
    made: {{type: s3{output}}}
implementation:
  image: {{framework: sklearn, version: 1.4-2}}
  entry_point: src/copy.py
"""
TRAIN = """name: m
type: training
interface:
  outputs: {{{outputs}}}
implementation: {{image: {{uri: 'a/b:1'}}}}
"""
STEPS = "  A: {module: m, inputs: {rows: 's3://b/r'}}\n"
DATA = "{type: s3, local_path: /opt/ml/output/data/}"


def process(input: str = "", output: str = "") -> dict[str, str]:
    return {"m": PROCESS.format(input=input, output=output)}


def paths(request: Any) -> dict[str, str]:
    config = request["ProcessingOutputConfig"]["Outputs"]
    found = {i["InputName"]: i["S3Input"] for i in request["ProcessingInputs"]}
    found |= {one["OutputName"]: one["S3Output"] for one in config}
    return {name: place["LocalPath"] for name, place in found.items()}


def test_a_processing_job_has_its_folders_where_its_script_wants_them(
    tmp_path: Path,
) -> None:
    modules = process(
        ", local_path: /opt/ml/processing/input/",
        ", local_path: /opt/ml/processing/train",
    )
    ran = execute(compiled(tmp_path, STEPS, modules=modules))
    assert paths(ran.arguments("A")) == {
        "rows": "/opt/ml/processing/input",
        "more": "/opt/ml/processing/input/more",
        "code": "/opt/ml/processing/input/code",
        "made": "/opt/ml/processing/train",
    }


@pytest.mark.parametrize(
    ("input", "output", "message"),
    [
        ("/data", "", "5:22: '/data' is no folder below /opt/ml/processing"),
        ("/opt/ml/input", "", "'/opt/ml/input' is no folder below /opt/ml/processing"),
        (
            "/opt/ml/processing/../x",
            "",
            "5:22: '/opt/ml/x' is no folder below /opt/ml/processing",
        ),
        ("", "relative/path", "8:22: 'relative/path' is no folder below /opt/ml"),
        (
            "/opt/ml/processing/input/code",
            "",
            "'rows' of step 'A' and its code are both in '/opt/ml/processing/input/",
        ),
        (
            "/opt/ml/processing/a",
            "/opt/ml/processing/a/",
            "'made' of step 'A' and 'rows' are both in '/opt/ml/processing/a'",
        ),
        (
            "/opt/ml/processing/" + "x" * 250,
            "",
            "has 269 characters; the API takes 256",
        ),
    ],
)
def test_a_folder_that_cannot_be_there(
    tmp_path: Path, input: str, output: str, message: str
) -> None:
    modules = process(
        f", local_path: {input}" if input else "",
        f", local_path: {output}" if output else "",
    )
    found = problems(tmp_path, STEPS, modules=modules)
    assert message in "\n".join(found)


@pytest.mark.parametrize(
    ("outputs", "message"),
    [
        (f"a: {{type: s3}}, b: {DATA}", ""),
        ("a: {type: s3, local_path: /opt/ml/model}", ""),
        (f"a: {DATA}", ""),
        ("a: {type: s3}, b: {type: s3}", "two outputs of '/opt/ml/model': 'a' and 'b'"),
        (f"a: {DATA}, b: {DATA}", "two outputs of '/opt/ml/output/data': 'a' and 'b'"),
        (
            "a: {type: s3, local_path: /opt/ml/other}",
            "a training job keeps nothing of '/opt/ml/other' | it keeps /opt/ml/model,",
        ),
    ],
)
def test_what_a_training_job_keeps(tmp_path: Path, outputs: str, message: str) -> None:
    modules = {"m": TRAIN.format(outputs=outputs)}
    found = problems(tmp_path, "  A: {module: m}\n", modules=modules)
    assert len(found) == bool(message)
    assert message in "".join(found)
