"""The five-step pipeline by hand, in the AWS Step Functions Data Science SDK.

What comes in: nothing. What goes out: the state machine's definition on stdout.
Never: AWS is called; the session's region is all that is read of it.
"""

from __future__ import annotations

from sagemaker.estimator import Estimator
from sagemaker.image_uris import retrieve
from sagemaker.inputs import TrainingInput
from sagemaker.model import Model
from sagemaker.processing import ProcessingInput, ProcessingOutput, ScriptProcessor
from sagemaker.session import Session
from stepfunctions.inputs import ExecutionInput
from stepfunctions.steps import (
    Chain,
    Choice,
    ChoiceRule,
    Fail,
    Graph,
    ModelStep,
    ProcessingStep,
    TrainingStep,
)

ROLE = "arn:aws:iam::123456789012:role/job"
BUCKET = "s3://example-bucket"
MOUNT = "/opt/ml/processing"
MACHINE = "ml.m5.large"


def main() -> None:
    session = Session()
    given = ExecutionInput(
        schema={"preprocess": str, "train": str, "evaluate": str, "model": str}
    )
    xgboost = retrieve("xgboost", session.boto_region_name, "3.0-5")
    processor = ScriptProcessor(
        image_uri=retrieve(
            "sklearn", session.boto_region_name, "1.4-2", instance_type=MACHINE
        ),
        command=["python3"],
        role=ROLE,
        instance_type=MACHINE,
        instance_count=1,
        sagemaker_session=session,
    )
    estimator = Estimator(
        image_uri=xgboost,
        role=ROLE,
        instance_type=MACHINE,
        instance_count=1,
        output_path=f"{BUCKET}/model",
        hyperparameters={"num_round": "120"},
        sagemaker_session=session,
    )
    gate = Choice("Gate")
    steps = Chain(
        [
            _script("Preprocess", processor, given["preprocess"], "raw", "train"),
            TrainingStep(
                "Train",
                estimator=estimator,
                job_name=given["train"],
                data={"train": TrainingInput(f"{BUCKET}/train", content_type="csv")},
            ),
            _script("Evaluate", processor, given["evaluate"], "train", "evaluation"),
            gate,
        ]
    )
    model = Model(xgboost, f"{BUCKET}/model", role=ROLE, sagemaker_session=session)
    register = ModelStep("Register", model=model, model_name=given["model"])
    gate.add_choice(
        ChoiceRule.NumericGreaterThanEquals("$.evaluation.roc_auc", 0.95), register
    )
    gate.default_choice(Fail("Rejected", error="ModelRejected"))
    print(Graph(steps).to_json(pretty=True))


def _script(
    name: str, processor: ScriptProcessor, job: object, source: str, target: str
) -> ProcessingStep:
    return ProcessingStep(
        name,
        processor=processor,
        job_name=job,
        inputs=[ProcessingInput(f"{BUCKET}/{source}", f"{MOUNT}/input")],
        outputs=[ProcessingOutput(f"{MOUNT}/output", f"{BUCKET}/{target}")],
        container_entrypoint=["python3", f"{MOUNT}/code/{name.lower()}.py"],
    )


if __name__ == "__main__":
    main()
