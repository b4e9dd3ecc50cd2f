"""Configs of the first version of the language, compiled as they stand.

The two files are the ones users have. The pipeline's excerpt leaves out the step
`Train Model`, and names its modules by ids; the files here bring both.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from mlmax_pipelines.compiled import CompiledPipeline
from mlmax_pipelines.compiler.entry import compile_project
from tests.unit.compiler.projects import execute

OLDER = Path(__file__).parents[2] / "specs" / "older"
TRAIN_MODEL = "  Train Model:\n    ModuleId: 12349\n"
MODULES = {
    "data_loader": """
name: DataLoader
id: 12346
type: lambda
implementation: {function: load-data}
""",
    "choice_state": """
name: ChoiceState
id: 12348
type: choice
Choices:
  - Variable: $.steps.DataLoader.output.Payload.Rows
    NumericGreaterThan: 0
    Next: Train Model
""",
    "trainer": """
name: Trainer
id: 12349
type: lambda
implementation: {function: train-model}
""",
    "predict": """
name: Predict
id: 12347
type: batch_inference
inputs:
  model_name: XGBOOST-BreastCancerPrediction
  input_path: ${context['step_execution']['DataLoader'].output()['Payload']['Uri']}
""",
}
LOADED = {
    "StatusCode": 200,
    "Payload": {
        "S3OutputArtifactUri": "s3://loaded/rows/",
        "ContentType": "text/csv",
        "Uri": "s3://loaded/uri/",
        "Rows": 569,
        "Other": "left out",
    },
}


def project(root: Path, pipeline: str, **modules: str) -> CompiledPipeline:
    files = {f"modules/{name}.yaml": text for name, text in modules.items()}
    files["pipelines/CancerPrediction.yaml"] = pipeline
    for name, text in files.items():
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_text(text)
    (compiled,) = compile_project(root)
    return compiled


@pytest.fixture
def pipeline(tmp_path: Path) -> CompiledPipeline:
    """The pipeline as it is, its ids those of the modules a project would have."""
    text = (OLDER / "CancerPrediction.yaml").read_text()
    return project(tmp_path, text + TRAIN_MODEL, **MODULES)


@pytest.fixture
def with_module(tmp_path: Path) -> CompiledPipeline:
    """A pipeline that uses the module of the older spelling as it is."""
    text = (OLDER / "CancerPrediction.yaml").read_text()
    by_name = text.replace("12347", "123e4567-e89b-12d3-a456-426614174000")
    module = (OLDER / "modules" / "batch_inference.yaml").read_text()
    return project(tmp_path, by_name + TRAIN_MODEL, **MODULES, batch=module)


def test_the_pipeline_compiles_as_it_stands(pipeline: CompiledPipeline) -> None:
    assert pipeline.type == "BatchInferencePipeline"
    assert pipeline.description == "This Pipeline is used for Predicting Cancer."
    states = pipeline.definition["States"]
    assert list(states)[2:] == [
        "DataLoader",
        "BatchInference",
        "ChoiceState",
        "Train Model",
    ]
    assert states["DataLoader"]["Next"] == "BatchInference"
    assert states["BatchInference"]["Next"] == "ChoiceState"
    assert states["ChoiceState"] == {
        "Type": "Choice",
        "Choices": [
            {
                "Variable": "$.steps.DataLoader.output.Payload.Rows",
                "NumericGreaterThan": 0,
                "Next": "Train Model",
            }
        ],
        "Default": "Train Model",
    }
    assert states["Train Model"]["End"] is True


def test_a_choice_of_the_older_spelling_keeps_what_it_reads(
    pipeline: CompiledPipeline,
) -> None:
    ran = execute(pipeline, answers={"DataLoader": LOADED})
    assert ran.status == "SUCCEEDED", ran.cause
    assert "Train Model" in [state for state, _, _ in ran.calls]


def test_the_module_compiles_as_it_stands(with_module: CompiledPipeline) -> None:
    state = with_module.definition["States"]["BatchInference"]
    request: dict[str, Any] = state["Parameters"]
    assert request["ModelName"] == "XGBOOST-BreastCancerPrediction"
    assert request["TransformInput"] == {
        "DataSource": {
            "S3DataSource": {
                "S3DataType": "S3Prefix",
                "S3Uri.$": "$.steps.DataLoader.output.Payload.S3OutputArtifactUri",
            }
        },
        "ContentType.$": "$.steps.DataLoader.output.Payload.ContentType",
    }
    assert request["TransformOutput"] == {
        "S3OutputPath.$": "States.Format('s3://${ArtifactBucket}/CancerPrediction/{}"
        "/output', $.pipeline.execution_tag)"
    }
    assert request["TransformResources"]["InstanceCount"] == 1


def test_the_module_gets_the_values_of_the_step_it_refers_to(
    with_module: CompiledPipeline,
) -> None:
    ran = execute(with_module, answers={"DataLoader": LOADED})
    assert ran.status == "SUCCEEDED", ran.cause
    request = ran.arguments("BatchInference")
    source = request["TransformInput"]["DataSource"]["S3DataSource"]
    assert source["S3Uri"] == "s3://loaded/rows/"
    assert request["TransformInput"]["ContentType"] == "text/csv"
    output = request["TransformOutput"]["S3OutputPath"]
    assert output == "s3://artifacts/CancerPrediction/a-run/output"


def test_of_a_function_s_result_only_what_is_read_is_kept(
    with_module: CompiledPipeline,
) -> None:
    selector = with_module.definition["States"]["DataLoader"]["ResultSelector"]
    assert selector == {"output": {"Payload.$": "$.Payload"}}
