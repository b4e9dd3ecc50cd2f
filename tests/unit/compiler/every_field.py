"""A pipeline that uses every field of every step type that is a job."""

from __future__ import annotations

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
