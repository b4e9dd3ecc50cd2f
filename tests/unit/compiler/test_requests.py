"""Every request that a pipeline sends is one the service's own model allows."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from botocore.loaders import Loader
from botocore.model import ServiceModel
from botocore.validate import ParamValidator

from mlmax_pipelines.compiler.entry import compile_project
from tests.unit.compiler.projects import REPOSITORY, compiled, execute

SERVICES: dict[str, ServiceModel] = {}

EVERY_FIELD = {
    "script": """
name: script
type: processing
interface:
  inputs:
    rows: {type: s3}
    more: {type: metrics}
    word: {type: string}
    ratio: {type: number, default: 0.5}
    flag: {type: boolean, default: true}
    tags: {type: list, default: [1, two]}
  outputs: {rows: {type: s3}, quality: {type: metrics, file: q.json}}
implementation:
  image: {framework: sklearn, version: 1.4-2, py_version: py3, processor: cpu}
  entry_point: src/copy.py
  command: [python3, -u]
  arguments: [--extra, "${parameters.words}", 3]
  environment: {LEVEL: "${parameters.words}", TEAM: "${env.team}", N: 3}
  instance: {type: ml.m5.xlarge, count: 2, volume_gb: 40, max_runtime_seconds: 60}
""",
    "own": """
name: own
type: processing
interface:
  inputs:
    rows: {type: s3}
    instance_type: {type: string}
    instance_count: {type: integer}
  outputs: {rows: {type: s3}}
implementation:
  image: {ecr: "team/own:1"}
  command: [/bin/run]
""",
    "fit": """
name: fit
type: training
interface:
  inputs: {rows: {type: s3}, checks: {type: s3}, max_depth: {type: integer}}
  outputs: {model: {type: s3}}
implementation:
  image: {framework: xgboost, version: 3.0-5}
  entry_point: src/fit.py
  hyperparameters: {eta: 0.1, verbose: true, name: "${parameters.words}"}
  metric_definitions: [{name: "train:auc", regex: 'auc:([0-9.]+)'}]
  input_mode: FastFile
  content_type: text/csv
  environment: {LEVEL: info}
  instance: {type: ml.m5.xlarge, count: 1, volume_gb: 40, max_runtime_seconds: 60}
  spot: {max_wait_seconds: 120}
""",
    "algorithm": """
name: algorithm
type: training
interface:
  inputs: {rows: {type: s3}, num_round: {type: integer, default: 3}}
  outputs: {model: {type: s3}}
implementation:
  image: {uri: 811284229777.dkr.ecr.us-east-1.amazonaws.com/kmeans:1}
  input_mode: Pipe
""",
    "keep": """
name: keep
type: register_model
interface:
  inputs:
    model_data: {type: s3}
    metrics: {type: metrics}
    transformer: {type: s3}
    rows_seen: {type: integer, default: 12}
    approval: {type: string, default: Approved}
  outputs: {model_package: {type: string}}
implementation:
  group: the-best-group-of-all
  image: {framework: xgboost, version: 3.0-5}
  entry_point: src/fit.py
  environment: {LEVEL: "${parameters.words}"}
  content_types: [text/csv, application/json]
  response_types: [text/csv]
""",
    "newest": """
name: newest
type: latest_model
implementation: {group: the-best-group-of-all}
""",
    "score": """
name: score
type: batch_inference
implementation:
  image: {framework: xgboost, version: 3.0-5}
  entry_point: src/fit.py
  environment: {LEVEL: "${parameters.words}"}
  instance: {type: ml.m5.xlarge, count: 2}
  split_type: Line
  assemble_with: Line
  accept: text/csv
  strategy: MultiRecord
  max_payload_mb: 6
  max_concurrent_transforms: 2
""",
    "made": """
name: made
type: lambda
implementation:
  {handler: src/load.handler, runtime: python3.12, timeout_seconds: 5, memory_mb: 128}
""",
}
# A name as long as one may be.
LONG = "L" + "o" * 68 + "g"
STEPS = f"""
  {LONG}:
    module: script
    description: Says what it does.
    timeout_seconds: 300
    inputs:
      rows: ${{parameters.input_data}}
      more: ${{parameters.input_data}}
      word: it's {{braced}} \\ of ${{parameters.words}} in ${{pipeline.execution_name}}
  Own image:
    module: own
    inputs:
      rows: ${{steps.{LONG}.outputs.rows}}
      instance_type: ml.m5.large
      instance_count: ${{parameters.machines}}
  Fit:
    module: fit
    inputs:
      rows: ${{steps.{LONG}.outputs.rows}}
      checks: s3://a-bucket/checks/
      max_depth: ${{parameters.machines}}
  Algorithm:
    module: algorithm
    inputs: {{rows: "${{pipeline.base_location}}/rows/"}}
  Keep:
    module: keep
    inputs:
      model_data: ${{steps.Fit.outputs.model}}
      metrics: ${{steps.{LONG}.outputs.quality}}
      transformer: ${{steps.Own image.outputs.rows}}
  Newest:
    module: newest
  By package:
    module: score
    inputs:
      model_package: ${{steps.Newest.outputs.model_package}}
      input_path: ${{steps.{LONG}.outputs.rows}}
      content_type: text/csv
  By data:
    module: score
    inputs:
      model_data: ${{steps.Newest.outputs.model_data}}
      input_path: ${{steps.{LONG}.outputs.rows}}
      output_path: ${{pipeline.base_location}}/scores
      instance_type: ml.m5.large
      instance_count: 3
  By name:
    module: score
    inputs:
      model_name: A-model-of-mine
      input_path: ${{steps.{LONG}.outputs.rows}}
  Made:
    module: made
    inputs: {{score: "${{steps.{LONG}.outputs.quality.score}}", words: [1, 2]}}
"""
PARAMETERS = """
  input_data: {type: s3, default: data/rows.csv}
  words: {type: string, default: some words}
  machines: {type: integer, default: 2}
"""


def requests() -> Iterator[tuple[str, str, Any]]:
    for pipeline in compile_project(REPOSITORY):
        answers = {"Evaluate evaluation": {"Body": '{"roc_auc": 0.99}'}}
        ran = execute(pipeline, answers=answers)
        assert ran.status == "SUCCEEDED", (ran.error, ran.cause)
        yield from ran.calls


@pytest.fixture
def every_field(tmp_path: Path) -> Any:
    pipeline = compiled(
        tmp_path, STEPS, modules=EVERY_FIELD, parameters=PARAMETERS, type="Pipeline"
    )
    ran = execute(pipeline)
    assert ran.status == "SUCCEEDED", (ran.error, ran.cause)
    return ran


def test_the_reference_pipelines_send_requests_that_the_api_takes() -> None:
    calls = list(requests())
    assert len({resource for _, resource, _ in calls}) >= 7
    assert [fault for call in calls for fault in faults(*call)] == []


def test_every_field_of_every_step_type_becomes_a_request_that_the_api_takes(
    every_field: Any,
) -> None:
    calls = every_field.calls
    assert len({resource for _, resource, _ in calls}) == 9
    assert [fault for call in calls for fault in faults(*call)] == []
    assert "${" not in json.dumps(calls)


def test_a_wrong_request_is_found() -> None:
    resource = "arn:aws:states:::sagemaker:createModel"
    assert "Tags" in next(faults("S", resource, {"ModelName": "a", "Tags": "none"}))
    (found,) = faults("S", resource, {"ModelName": "a b"})
    assert found.startswith("S: .ModelName: 'a b' does not match")


def test_texts_arrive_in_arguments_as_they_were_written(every_field: Any) -> None:
    app = every_field.arguments(LONG)["AppSpecification"]
    arguments = app["ContainerArguments"]
    given = dict(zip(arguments[::2], arguments[1::2]))
    assert given["--word"] == "it's {braced} \\ of some words in a-run"
    assert given["--flag"] == "true"
    assert given["--tags"] == '[1, "two"]'
    assert given["--ratio"] == "0.5"
    assert arguments[-3:] == ["--extra", "some words", "3"]


def test_numbers_are_numbers_where_the_api_wants_them(every_field: Any) -> None:
    cluster = every_field.arguments(LONG)["ProcessingResources"]["ClusterConfig"]
    assert cluster["InstanceCount"] == 2
    transform = every_field.arguments("By data")["TransformResources"]
    assert transform == {"InstanceType": "ml.m5.large", "InstanceCount": 3}


def test_job_names_fit_at_the_longest(every_field: Any) -> None:
    names = every_field.job_names()
    assert len(names) == len(set(names)) == 7
    assert max(map(len, names)) == 63


def faults(state: str, resource: str, request: Any) -> Iterator[str]:
    """What the service's model has against a request."""
    words = resource.partition(":::")[2].removeprefix("aws-sdk:").partition(".")[0]
    service, _, action = words.partition(":")
    shape = _operation(service, action).input_shape
    request = _as_python_sends_it(service, request)
    report = ParamValidator().validate(request, shape)
    if report.has_errors():
        yield f"{state}: {report.generate_report()}"
    else:
        yield from (f"{state}: {fault}" for fault in _forms(request, shape, ""))


def _operation(service: str, action: str) -> Any:
    name = {"states": "stepfunctions"}.get(service, service)
    if name not in SERVICES:
        SERVICES[name] = ServiceModel(Loader().load_service_model(name, "service-2"))
    return SERVICES[name].operation_model(action[0].upper() + action[1:])


def _as_python_sends_it(service: str, request: Any) -> Any:
    """Step Functions takes JSON where the API takes text, and other capitals."""
    if service == "lambda":
        return {**request, "Payload": json.dumps(request["Payload"])}
    if service == "states":
        names = {"StateMachineArn": "stateMachineArn", "Input": "input"}
        return {names[key]: _written(item) for key, item in request.items()}
    return request


def _written(value: Any) -> str:
    return value if isinstance(value, str) else json.dumps(value)


def _forms(value: Any, shape: Any, path: str) -> Iterator[str]:
    """Patterns, lengths and choices, which botocore leaves to the service."""
    if shape.type_name == "structure":
        for key, item in value.items():
            yield from _forms(item, shape.members[key], f"{path}.{key}")
    elif shape.type_name == "list":
        yield from _size(len(value), shape, path)
        for index, item in enumerate(value):
            yield from _forms(item, shape.member, f"{path}[{index}]")
    elif shape.type_name == "map":
        yield from _size(len(value), shape, path)
        for key, item in value.items():
            yield from _forms(key, shape.key, f"{path}.{key}(key)")
            yield from _forms(item, shape.value, f"{path}.{key}")
    elif shape.type_name == "string":
        yield from _size(len(value), shape, path)
        yield from _text(value, shape, path)
    elif shape.type_name in ("integer", "long"):
        yield from _size(value, shape, path)


def _size(size: int, shape: Any, path: str) -> Iterator[str]:
    low, high = shape.metadata.get("min", 0), shape.metadata.get("max", size)
    if not low <= size <= high:
        yield f"{path}: {size} is not within {low} and {high}"


def _text(value: str, shape: Any, path: str) -> Iterator[str]:
    if shape.enum and value not in shape.enum:
        yield f"{path}: '{value}' is none of {shape.enum}"
    pattern = shape.metadata.get("pattern", "")
    # The model's own slip in the pattern of customer metadata.
    pattern = re.sub(r"\$\{\d+,\d+\}$", "", pattern)
    if pattern and not _pattern(pattern).fullmatch(value):
        yield f"{path}: '{value}' does not match {pattern}"


def _pattern(pattern: str) -> re.Pattern[str]:
    """Java's classes of characters in Python's words, as near as it has them."""
    every = r"\w\s!-~" if r"\p{P}" in pattern else r"\w\s"
    pattern = pattern.replace(r"\p{L}", every)
    return re.compile(re.sub(r"\\p\{.\}", "", pattern), re.DOTALL)
