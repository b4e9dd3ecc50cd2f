"""What the SDK's own SageMaker steps make of four jobs, as JSON on stdout.

Run in a process of its own: importing the SDK raises the root log level and changes
`yaml.SafeDumper`. Its package imports pkg_resources, which setuptools 81 dropped.
No call leaves the machine: the sessions have no client that works.
"""

from __future__ import annotations

import json
import os
import sys
import warnings

os.environ.update(
    AWS_DEFAULT_REGION="us-east-1",
    AWS_ACCESS_KEY_ID="none",
    AWS_SECRET_ACCESS_KEY="none",
    SAGEMAKER_SUPPRESS_V2_WARNING="1",
)
warnings.simplefilter("ignore")

import boto3  # noqa: E402
import sagemaker  # noqa: E402
from sagemaker.estimator import Estimator  # noqa: E402
from sagemaker.inputs import TrainingInput  # noqa: E402
from sagemaker.model import Model  # noqa: E402
from sagemaker.processing import (  # noqa: E402
    ProcessingInput,
    ProcessingOutput,
    Processor,
)
from sagemaker.transformer import Transformer  # noqa: E402
from stepfunctions.steps import (  # noqa: E402
    ModelStep,
    ProcessingStep,
    TrainingStep,
    TransformStep,
)


class NoClient:
    """Whoever calls AWS here is told so."""

    def __getattr__(self, name: str):
        raise AssertionError(f"called AWS: {name}")


def session() -> sagemaker.Session:
    return sagemaker.Session(
        boto_session=boto3.Session(region_name="us-east-1"),
        sagemaker_client=NoClient(),
        sagemaker_runtime_client=NoClient(),
        default_bucket="artifacts",
    )


def processing(job: dict) -> ProcessingStep:
    processor = Processor(
        role=job["role"],
        image_uri=job["image"],
        instance_count=2,
        instance_type="ml.m5.xlarge",
        volume_size_in_gb=40,
        max_runtime_in_seconds=60,
        env={"LEVEL": "info"},
        sagemaker_session=session(),
    )
    root = "/opt/ml/processing"
    inputs = [
        ProcessingInput(uri, f"{root}/input/{name}", name)
        for name, uri in (("rows", "s3://b/rows"), ("code", job["code"]))
    ]
    outputs = [ProcessingOutput(f"{root}/output/clean", job["clean"], "clean")]
    return ProcessingStep(
        "Process",
        processor,
        "a-name",
        inputs=inputs,
        outputs=outputs,
        container_arguments=["--ratio", "0.5"],
        container_entrypoint=["python3", f"{root}/input/code/copy.py"],
    )


def training(job: dict) -> TrainingStep:
    estimator = Estimator(
        role=job["role"],
        image_uri=job["image"],
        instance_count=1,
        instance_type="ml.m5.large",
        volume_size=30,
        max_run=3600,
        output_path=job["model"],
        # As its estimators of frameworks send those of a script.
        hyperparameters=Estimator._json_encode_hyperparameters(
            {
                "sagemaker_program": "fit.py",
                "sagemaker_submit_directory": job["packed"],
                "eta": 0.1,
                "max_depth": 3,
                "version": "1.10",
            }
        ),
        metric_definitions=[{"Name": "auc", "Regex": "auc:([0-9.]+)"}],
        environment={"LEVEL": "info"},
        use_spot_instances=True,
        max_wait=7200,
        sagemaker_session=session(),
    )
    rows = TrainingInput("s3://b/rows", content_type="text/csv")
    return TrainingStep("Train", estimator, "a-name", data={"rows": rows})


def model(job: dict) -> ModelStep:
    made = Model(
        image_uri=job["image"],
        model_data="s3://b/model.tar.gz",
        role=job["role"],
        env={
            "SAGEMAKER_PROGRAM": "serve.py",
            "SAGEMAKER_SUBMIT_DIRECTORY": job["packed"],
        },
        name="a-name",
        sagemaker_session=session(),
    )
    return ModelStep("Model", made)


def transform(job: dict) -> TransformStep:
    transformer = Transformer(
        model_name="a-model",
        instance_count=2,
        instance_type="ml.m5.xlarge",
        strategy="MultiRecord",
        assemble_with="Line",
        output_path=job["scores"],
        accept="text/csv",
        max_concurrent_transforms=3,
        max_payload=6,
        sagemaker_session=session(),
    )
    return TransformStep(
        "Predict",
        transformer,
        "a-name",
        "a-model",
        "s3://b/rows",
        content_type="text/csv",
        split_type="Line",
    )


def main() -> None:
    job = json.load(sys.stdin)
    steps = [processing(job), training(job), model(job), transform(job)]
    print(json.dumps({step.state_id: step.to_dict() for step in steps}))


if __name__ == "__main__":
    main()
