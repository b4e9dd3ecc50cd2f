"""A processing job: inputs copied in, the entry point run, outputs moved out.

What comes in: the arguments of CreateProcessingJob. What goes out: what
DescribeProcessingJob answers. Never: outputs of a job that failed are taken for good;
they stay in the job's folder.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from mlmax_pipelines.interpreter.contract import TaskRequest
from mlmax_pipelines.local.jobs import ending
from mlmax_pipelines.local.jobs.ending import Outcome
from mlmax_pipelines.local.jobs.job import Job, JobFailed, create
from mlmax_pipelines.local.workspace import Workspace
from mlmax_pipelines.steps.services.sagemaker.jobs import PROCESSING

_REPEATED = (
    "ProcessingInputs",
    "ProcessingOutputConfig",
    "ProcessingResources",
    "StoppingCondition",
    "AppSpecification",
    "Environment",
    "NetworkConfig",
    "RoleArn",
    "ExperimentConfig",
)


def run(request: TaskRequest, workspace: Workspace) -> dict[str, Any]:
    """Run it; raises StateError as a failed `.sync` task does."""
    job = create(PROCESSING, request, workspace)
    try:
        end = _run(job)
    except JobFailed as error:
        end = Outcome("Failed", str(error))
    message = ending.read_message(job.container / "output" / "message")
    return ending.settle(job, end, _REPEATED, {"ExitMessage": message})


def _run(job: Job) -> Outcome:
    for item in job.arguments.get("ProcessingInputs") or ():
        source = item["S3Input"]
        job.download(source["S3Uri"], job.path(source["LocalPath"]), item["InputName"])
    outputs = (job.arguments.get("ProcessingOutputConfig") or {}).get("Outputs") or ()
    for item in outputs:
        job.path(item["S3Output"]["LocalPath"]).mkdir(parents=True, exist_ok=True)
    _write_configs(job)
    application = job.arguments["AppSpecification"]
    command = job.command(
        [
            *(application.get("ContainerEntrypoint") or ()),
            *(application.get("ContainerArguments") or ()),
        ]
    )
    if not command:
        raise JobFailed(
            "ClientError: the job has no ContainerEntrypoint, and an image's own entry "
            "point cannot run outside a container"
        )
    environment = job.environment(job.arguments.get("Environment") or {})
    ended = job.run(command, environment, job.container)
    end = ending.outcome(job, ended, job.container / "output" / "message")
    if end.status == "Completed":
        _collect(job, outputs)
    return end


def _write_configs(job: Job) -> None:
    """AWS page "How Amazon SageMaker Processing Configures Input and Output"."""
    job.write_config(
        "config/processingjobconfig.json",
        {"ProcessingJobArn": job.arn, **job.arguments},
    )
    job.write_config(
        "config/resourceconfig.json", {"current_host": "algo-1", "hosts": ["algo-1"]}
    )


def _collect(job: Job, outputs: Any) -> None:
    for item in outputs:
        target: Mapping[str, Any] = item["S3Output"]
        job.workspace.store.take(job.left(target["LocalPath"]), target["S3Uri"])
