"""What the tests of the local backend share: a project, pipelines, a run."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from mlmax_pipelines.backends.contract import ExecutionRecord
from mlmax_pipelines.backends.local import LocalBackend
from mlmax_pipelines.compiled import CodeFolder, CompiledPipeline, Sub
from mlmax_pipelines.environment import Environment

PROCESSING = "${CreateProcessingJobSync}"


@pytest.fixture
def root(tmp_path: Path) -> Path:
    (tmp_path / "src").mkdir()
    return tmp_path


@pytest.fixture
def backend(root: Path) -> LocalBackend:
    return LocalBackend(root, Environment("local", "local"))


def pipeline(states: dict[str, Any], **more: Any) -> CompiledPipeline:
    """A pipeline called `p` of these states; the first one starts."""
    action = "arn:${AWS::Partition}:states:::sagemaker:createProcessingJob.sync"
    substitutions = {
        "CreateProcessingJobSync": Sub(action),
        "ArtifactBucket": Sub("${ArtifactBucket}"),
        "CodeOfSrc": CodeFolder("src"),
        **more.pop("substitutions", {}),
    }
    definition = {"StartAt": next(iter(states)), "States": states}
    values: dict[str, Any] = {"name": "p", "code": ("src",), **more}
    return CompiledPipeline(
        description="",
        type="Pipeline",
        parameters=(),
        definition=definition,
        substitutions=substitutions,
        states=(),
        limits=(),
        **values,
    )


def task(name: str, *arguments: str, **more: Any) -> dict[str, Any]:
    """A state that runs src/job.py with one output, `out`."""
    entry = ["python3", "/opt/ml/processing/input/code/job.py"]
    words = [*arguments, "/opt/ml/processing/output/out"]
    code = "s3://${ArtifactBucket}/${CodeOfSrc}/src/"
    uri = "s3://${ArtifactBucket}/p/{}/" + name + "/out/"
    job_name = f"States.Format('{name}-{{}}', States.Hash($$.Execution.Id, 'MD5'))"
    parameters = {
        "ProcessingJobName.$": job_name,
        "AppSpecification": {
            "ImageUri": "image",
            "ContainerEntrypoint": entry,
            "ContainerArguments": words,
        },
        "ProcessingInputs": [
            {
                "InputName": "code",
                "S3Input": {
                    "S3Uri": code,
                    "LocalPath": "/opt/ml/processing/input/code",
                },
            }
        ],
        "ProcessingOutputConfig": {
            "Outputs": [
                {
                    "OutputName": "out",
                    "S3Output": {
                        "S3Uri.$": f"States.Format('{uri}', $$.Execution.Name)",
                        "LocalPath": "/opt/ml/processing/output/out",
                    },
                }
            ]
        },
    }
    state = {"Type": "Task", "Resource": PROCESSING, "Parameters": parameters}
    return {**state, **({} if "Next" in more else {"End": True}), **more}


Run = Callable[..., ExecutionRecord]


@pytest.fixture
def run(backend: LocalBackend) -> Run:
    """`run(pipeline, input, name)`: its record, once it has ended."""

    def start(
        pipeline: CompiledPipeline, input: Any = None, name: str = ""
    ) -> ExecutionRecord:
        record = backend.start(pipeline, input or {}, name)
        for _ in backend.events(record.id, follow=True):
            pass
        return backend.describe(record.id)

    return start


@pytest.fixture
def make() -> Any:
    """`make.pipeline(...)` and `make.task(...)`."""

    class Make:
        pass

    found: Any = Make()
    found.pipeline, found.task = pipeline, task
    return found
