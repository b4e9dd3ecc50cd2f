"""A job's request is the one that the SDK's own steps make, field by field.

Both sides are compared as the API gets them: ours after the interpreter has put its
values in. What differs is listed, with the reason.
"""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from mlmax_pipelines.compiled import CompiledPipeline
from tests.unit.compiler.projects import compiled, execute

IMAGE = "111122223333.dkr.ecr.us-east-1.amazonaws.com/own:1"
JOB = {
    "role": "arn:aws:iam::000000000000:role/local",
    "image": IMAGE,
    "code": "s3://artifacts/code/0a1b/src/",
    "packed": "s3://artifacts/code/0a1b/src.tar.gz",
    "clean": "s3://artifacts/p/a-run/Process/clean/",
    "model": "s3://artifacts/p/a-run/Train/model/",
    "scores": "s3://artifacts/p/a-run/Predict/scores/",
}
MODULES = {
    "process": f"""
name: process
type: processing
interface:
  inputs: {{rows: {{type: s3}}, ratio: {{type: number, default: 0.5}}}}
  outputs: {{clean: {{type: s3}}}}
implementation:
  image: {{uri: "{IMAGE}"}}
  entry_point: src/copy.py
  environment: {{LEVEL: info}}
  instance: {{type: ml.m5.xlarge, count: 2, volume_gb: 40, max_runtime_seconds: 60}}
""",
    "train": f"""
name: train
type: training
interface:
  inputs: {{rows: {{type: s3}}, max_depth: {{type: integer, default: 3}}}}
  outputs: {{model: {{type: s3}}}}
implementation:
  image: {{uri: "{IMAGE}"}}
  entry_point: src/fit.py
  hyperparameters: {{eta: 0.1, version: '1.10'}}
  metric_definitions: [{{name: auc, regex: 'auc:([0-9.]+)'}}]
  content_type: text/csv
  environment: {{LEVEL: info}}
  spot: {{max_wait_seconds: 7200}}
""",
    "predict": f"""
name: predict
type: batch_inference
interface:
  inputs:
    model_data: {{type: s3}}
    input_path: {{type: s3}}
    content_type: {{type: string}}
  outputs: {{scores: {{type: s3}}}}
implementation:
  image: {{uri: "{IMAGE}"}}
  entry_point: src/serve.py
  instance: {{type: ml.m5.xlarge, count: 2}}
  split_type: Line
  assemble_with: Line
  accept: text/csv
  strategy: MultiRecord
  max_payload_mb: 6
  max_concurrent_transforms: 3
""",
}
STEPS = """
  Process: {module: process, inputs: {rows: "s3://b/rows"}}
  Train: {module: train, inputs: {rows: "s3://b/rows"}}
  Predict:
    module: predict
    inputs:
      model_data: s3://b/model.tar.gz
      input_path: s3://b/rows
      content_type: text/csv
"""
OUR_NAMES = {"Process": "Process", "Train": "Train", "Predict model": "Model"} | {
    "Predict": "Predict"
}
# What is ours alone, by the state: field -> why.
ADDED = {
    "Process": {"Tags": "what a bill is grouped by"},
    "Train": {"Tags": "what a bill is grouped by"},
    "Predict model": {"Tags": "what a bill is grouped by"},
    "Predict": {"Tags": "what a bill is grouped by"},
}
# What both have, with other values: path -> why.
OTHERWISE = {
    (
        "Process",
        "ProcessingJobName",
    ): "unique: made of the execution, state and attempt",
    ("Train", "TrainingJobName"): "unique: made of the execution, state and attempt",
    ("Predict", "TransformJobName"): "unique: made of the execution, state and attempt",
    ("Predict", "ModelName"): "the model made right before, of a unique name",
    ("Predict model", "ModelName"): "unique: made of the execution, state and attempt",
}
# What the SDK alone has: path -> (its value, why we leave it out).
LEFT_OUT = {
    ("Process", "ProcessingInputs", 0, "AppManaged"): (False, "the default"),
    ("Process", "ProcessingInputs", 1, "AppManaged"): (False, "the default"),
    ("Process", "ProcessingInputs", 0, "S3Input", "S3CompressionType"): (
        "None",
        "the default",
    ),
    ("Process", "ProcessingInputs", 1, "S3Input", "S3CompressionType"): (
        "None",
        "the default",
    ),
    ("Process", "ProcessingOutputConfig", "Outputs", 0, "AppManaged"): (
        False,
        "the default",
    ),
    ("Train", "DebugHookConfig", "S3OutputPath"): (
        JOB["model"],
        "nobody asked for the debugger, which writes tensors beside the model",
    ),
}
# What we send and the SDK forgets, though it was given: path -> why.
FORGOTTEN = {
    ("Train", "Environment", "LEVEL"): "its training_config leaves `environment` out",
}


@pytest.fixture(scope="module")
def sdk() -> dict[str, Any]:
    """The states that the SDK makes, in a process of its own."""
    script = Path(__file__).with_name("reference.py")
    done = subprocess.run(
        [sys.executable, str(script)],
        input=json.dumps(JOB),
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr[-2000:]
    states: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return states


@pytest.fixture(scope="module")
def pipeline(tmp_path_factory: pytest.TempPathFactory) -> CompiledPipeline:
    root = tmp_path_factory.mktemp("project")
    (root / "src").mkdir()
    (root / "src" / "serve.py").write_text("")
    return compiled(root, STEPS, modules=MODULES)


@pytest.fixture(scope="module")
def ours(pipeline: CompiledPipeline) -> dict[str, Any]:
    """The requests we send, by state."""
    ran = execute(pipeline)
    assert ran.status == "SUCCEEDED", ran.cause
    return {state: arguments for state, _, arguments in ran.calls}


def flat(value: Any, path: tuple[Any, ...]) -> dict[tuple[Any, ...], Any]:
    """Every scalar of a request by its path."""
    if isinstance(value, dict):
        items = list(value.items())
    elif isinstance(value, list):
        items = list(enumerate(value))
    else:
        return {path: value}
    found: dict[tuple[Any, ...], Any] = {}
    for key, item in items:
        found |= flat(item, (*path, key))
    return found


@pytest.mark.parametrize("state", OUR_NAMES)
def test_a_request_is_the_sdk_s(
    state: str, ours: dict[str, Any], sdk: dict[str, Any]
) -> None:
    mine = flat(ours[state], (state,))
    theirs = flat(sdk[OUR_NAMES[state]]["Parameters"], (state,))
    mine = {path: v for path, v in mine.items() if path[1] not in ADDED[state]}
    for path in OTHERWISE:
        if path[0] == state:
            assert mine.pop(path) != theirs.pop(path)
    left_out = {p: value for p, (value, _) in LEFT_OUT.items() if p[0] == state}
    assert {path: theirs.pop(path) for path in left_out} == left_out
    for path in FORGOTTEN:
        if path[0] == state:
            assert mine.pop(path) and path not in theirs
    assert mine == theirs


@pytest.mark.parametrize("state", OUR_NAMES)
def test_the_resource_is_the_sdk_s(
    state: str, pipeline: CompiledPipeline, sdk: dict[str, Any]
) -> None:
    token = pipeline.definition["States"][state]["Resource"]
    text = pipeline.substitutions[token[2:-1]].text  # type: ignore[union-attr]
    assert text.replace("${AWS::Partition}", "aws") == sdk[OUR_NAMES[state]]["Resource"]


def test_the_model_that_predicts_is_the_one_made_before(ours: dict[str, Any]) -> None:
    made = ours["Predict model"]["ModelName"]
    assert ours["Predict"]["ModelName"] == made
