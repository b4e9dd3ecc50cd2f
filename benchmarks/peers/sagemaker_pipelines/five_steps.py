"""The five-step pipeline in SageMaker Pipelines.

What comes in: nothing. What goes out: the pipeline's definition on stdout. Never: AWS
is called; scripts and model are said to be on S3 already, so nothing is uploaded.
"""

from __future__ import annotations

from sagemaker.estimator import Estimator
from sagemaker.image_uris import retrieve
from sagemaker.inputs import TrainingInput
from sagemaker.model import Model
from sagemaker.processing import ProcessingInput, ProcessingOutput, Processor
from sagemaker.workflow.condition_step import ConditionStep
from sagemaker.workflow.conditions import ConditionGreaterThanOrEqualTo
from sagemaker.workflow.fail_step import FailStep
from sagemaker.workflow.functions import JsonGet
from sagemaker.workflow.model_step import ModelStep
from sagemaker.workflow.parameters import ParameterFloat, ParameterString
from sagemaker.workflow.pipeline import Pipeline
from sagemaker.workflow.pipeline_context import PipelineSession
from sagemaker.workflow.properties import PropertyFile
from sagemaker.workflow.steps import ProcessingStep, TrainingStep

ROLE = "arn:aws:iam::123456789012:role/job"
BUCKET = "s3://example-bucket"
MOUNT = "/opt/ml/processing"
MACHINE = "ml.m5.large"


def main() -> None:
    session = PipelineSession(default_bucket="example-bucket")
    region = session.boto_region_name
    xgboost = retrieve("xgboost", region, "3.0-5")
    threshold = ParameterFloat("MinRocAuc", 0.95)
    raw = ParameterString("InputData", f"{BUCKET}/raw")

    preprocess = _script("Preprocess", session, raw, "train")
    estimator = Estimator(
        image_uri=xgboost,
        role=ROLE,
        instance_type=MACHINE,
        instance_count=1,
        output_path=f"{BUCKET}/model",
        hyperparameters={"num_round": "120"},
        sagemaker_session=session,
    )
    rows = _output(preprocess, "train")
    train = TrainingStep(
        "Train",
        step_args=estimator.fit({"train": TrainingInput(rows, content_type="csv")}),
    )
    scores = PropertyFile("Scores", output_name="evaluation", path="metrics.json")
    evaluate = _script("Evaluate", session, rows, "evaluation", [scores])
    evaluate.add_depends_on([train])
    artifact = train.properties.ModelArtifacts.S3ModelArtifacts
    model = Model(xgboost, artifact, role=ROLE, sagemaker_session=session)
    register = ModelStep(
        "Register",
        step_args=model.register(
            content_types=["text/csv"],
            response_types=["text/csv"],
            model_package_group_name="breast-cancer",
            approval_status="Approved",
        ),
    )
    gate = ConditionStep(
        "Gate",
        conditions=[
            ConditionGreaterThanOrEqualTo(
                JsonGet("Evaluate", property_file=scores, json_path="roc_auc"),
                threshold,
            )
        ],
        if_steps=[register],
        else_steps=[FailStep("Rejected", error_message="roc_auc below MinRocAuc")],
    )
    pipeline = Pipeline(
        "training",
        parameters=[threshold, raw],
        steps=[preprocess, train, evaluate, gate],
        sagemaker_session=session,
    )
    print(pipeline.definition())


def _script(
    name: str,
    session: PipelineSession,
    source: object,
    output: str,
    files: list[PropertyFile] | None = None,
) -> ProcessingStep:
    processor = Processor(
        image_uri=retrieve(
            "sklearn", session.boto_region_name, "1.4-2", instance_type=MACHINE
        ),
        role=ROLE,
        instance_type=MACHINE,
        instance_count=1,
        entrypoint=["python3", f"{MOUNT}/code/{name.lower()}.py"],
        sagemaker_session=session,
    )
    arguments = processor.run(
        inputs=[ProcessingInput(source, f"{MOUNT}/input")],
        outputs=[ProcessingOutput(f"{MOUNT}/output", output_name=output)],
    )
    return ProcessingStep(name, step_args=arguments, property_files=files)


def _output(step: ProcessingStep, name: str) -> object:
    outputs = step.properties.ProcessingOutputConfig.Outputs
    return outputs[name].S3Output.S3Uri


if __name__ == "__main__":
    main()
