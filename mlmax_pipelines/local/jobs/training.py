"""A training job in script mode: channels copied in, the script run, the model kept.

What comes in: the arguments of CreateTrainingJob. What goes out: what
DescribeTrainingJob answers. Never: runs an image's own algorithm; only a script that
`sagemaker_program` and `sagemaker_submit_directory` name can run outside a container.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from mlmax_pipelines.base import archives, layout, unpacking
from mlmax_pipelines.interpreter.contract import TaskRequest
from mlmax_pipelines.local.jobs import ending, metrics, process, training_environment
from mlmax_pipelines.local.jobs.ending import Outcome
from mlmax_pipelines.local.jobs.job import Job, JobFailed, create, fetch_object
from mlmax_pipelines.local.workspace import Workspace
from mlmax_pipelines.steps.services.sagemaker.jobs import TRAINING

_REPEATED = (
    "HyperParameters",
    "AlgorithmSpecification",
    "RoleArn",
    "InputDataConfig",
    "OutputDataConfig",
    "ResourceConfig",
    "VpcConfig",
    "StoppingCondition",
    "EnableNetworkIsolation",
    "EnableManagedSpotTraining",
    "TensorBoardOutputConfig",
    "Environment",
)


def run(request: TaskRequest, workspace: Workspace) -> dict[str, Any]:
    """Run it; raises StateError as a failed `.sync` task does."""
    job = create(TRAINING, request, workspace)
    try:
        end = _run(job)
    except (JobFailed, unpacking.UnsafeArchive) as error:
        end = Outcome("Failed", str(error))
    return ending.settle(job, end, _REPEATED, _described(job, end))


def _run(job: Job) -> Outcome:
    _check_metrics(job)
    channels = job.arguments.get("InputDataConfig") or ()
    for channel in channels:
        source = channel["DataSource"]["S3DataSource"]
        to = job.container / "input" / "data" / channel["ChannelName"]
        job.download(source["S3Uri"], to, channel["ChannelName"])
    for folder in ("model", "output/data", "output/intermediate", "input/config"):
        (job.container / folder).mkdir(parents=True, exist_ok=True)
    board = _board(job)
    if board is not None:
        board.mkdir(parents=True, exist_ok=True)
    hyperparameters = _hyperparameters(job)
    _write_configs(job, channels, hyperparameters)
    ended = _run_script(job, channels, hyperparameters)
    end = ending.outcome(job, ended, job.container / "output" / "failure")
    if board is not None:
        _collect_board(job, board)
    if end.status == "Completed":
        _collect(job)
    return end


def _board(job: Job) -> Path | None:
    """The folder with what is written for TensorBoard, when it is asked for."""
    config = job.arguments.get("TensorBoardOutputConfig")
    if config is None:
        return None
    return job.path(config.get("LocalPath", "/opt/ml/output/tensorboard"))


def _collect_board(job: Job, board: Path) -> None:
    """Keep it where SageMaker does, however the job ended: as the SageMaker Python SDK
    finds it (`Estimator.latest_job_tensorboard_artifacts_path`)."""
    place = str(job.arguments["TensorBoardOutputConfig"]["S3OutputPath"]).rstrip("/")
    if any(board.iterdir()):
        job.workspace.store.take(board, f"{place}/{job.name}/tensorboard-output")


def _check_metrics(job: Job) -> None:
    definitions = job.arguments["AlgorithmSpecification"].get("MetricDefinitions")
    try:
        metrics.compile_patterns(definitions or ())
    except ValueError as error:
        raise JobFailed(f"ClientError: {error}") from None


def _hyperparameters(job: Job) -> dict[str, str]:
    given = job.arguments.get("HyperParameters") or {}
    return {key: job.local(str(value)) for key, value in given.items()}


def _write_configs(job: Job, channels: Any, hyperparameters: Any) -> None:
    """AWS page "How Amazon SageMaker AI Provides Training Information"."""
    job.write_config("input/config/hyperparameters.json", hyperparameters)
    job.write_config(
        "input/config/inputdataconfig.json",
        training_environment.input_data_config(channels),
    )
    job.write_config(
        "input/config/resourceconfig.json",
        training_environment.resource_config(_instance_type(job)),
    )


def _instance_type(job: Job) -> str:
    return str((job.arguments.get("ResourceConfig") or {}).get("InstanceType", "local"))


def _run_script(
    job: Job, channels: Any, hyperparameters: Mapping[str, str]
) -> process.Ended:
    own = training_environment.own_hyperparameters(hyperparameters)
    settings = training_environment.toolkit_hyperparameters(hyperparameters)
    program = settings.get("sagemaker_program")
    uri = settings.get("sagemaker_submit_directory")
    if not program or not uri:
        raise JobFailed(
            "ClientError: no 'sagemaker_program' and 'sagemaker_submit_directory' "
            "among the hyperparameters: only script mode runs on this machine"
        )
    code = job.container / "code"
    place_code(job, str(uri), code)
    if not (code / program).is_file():
        raise JobFailed(f"ClientError: no script '{program}' in '{uri}'")
    variables = training_environment.variables(
        job.container, channels, hyperparameters, _instance_type(job)
    )
    names = {"TRAINING_JOB_NAME": job.name, "TRAINING_JOB_ARN": job.arn}
    environment = job.environment(
        variables, names, job.arguments.get("Environment") or {}
    )
    command = job.command(
        ["python3", str(code / program), *training_environment.arguments(own)]
    )
    return job.run(command, environment, code)


def place_code(job: Job, uri: str, to: Path) -> None:
    """Put the content of a code archive into the folder `to`.

    An archive that would only now be made from a code folder of the store is not
    made: the folder is copied.
    """
    store = job.workspace.store
    place, _, name = uri.removesuffix(".tar.gz").rpartition("/")
    folder = f"{place}/{layout.unpacked(name)}"
    is_made = store.path(uri).exists() or not uri.endswith(".tar.gz")
    if not is_made and store.path(folder).is_dir():
        store.copy_out(folder, to)
        return
    unpacking.unpack(fetch_object(job, uri, "the code"), to)


def _collect(job: Job) -> None:
    """Pack the model and, if there is any, the other output, and store both."""
    store = job.workspace.store
    for folder, name in (("model", "model.tar.gz"), ("output/data", "output.tar.gz")):
        source = job.left(f"/opt/ml/{folder}")
        if name == "output.tar.gz" and not any(source.iterdir()):
            continue
        aside = store.aside()
        archives.pack(source, aside)
        store.take(aside, f"{_output(job)}/{name}")


def _output(job: Job) -> str:
    base = str(job.arguments["OutputDataConfig"]["S3OutputPath"])
    return f"{base.rstrip('/')}/{job.name}/output"


def _described(job: Job, end: Outcome) -> dict[str, Any]:
    """What only DescribeTrainingJob has."""
    ended = end.ended
    timed_out = ended is not None and ended.reason == "timeout"
    more: dict[str, Any] = {
        "SecondaryStatus": "MaxRuntimeExceeded" if timed_out else end.status,
        "ModelArtifacts": {"S3ModelArtifacts": f"{_output(job)}/model.tar.gz"},
    }
    if ended is not None:
        seconds = int(ended.ended - ended.started)
        more.update(TrainingTimeInSeconds=seconds, BillableTimeInSeconds=seconds)
        definitions = job.arguments["AlgorithmSpecification"].get("MetricDefinitions")
        found = metrics.final_metrics(
            job.log, definitions or (), int(ended.ended * 1000)
        )
        if found:
            more["FinalMetricDataList"] = found
    return more
