"""A transform job: the model unpacked, every input file sent through its handlers.

What comes in: the arguments of CreateTransformJob. What goes out: what
DescribeTransformJob answers, and `<input file>.out` in the store. Never: starts a
server; the handlers run in one process (`transform_driver`).
"""

from __future__ import annotations

import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from mlmax_pipelines.base import layout, unpacking
from mlmax_pipelines.interpreter.contract import TaskRequest
from mlmax_pipelines.local.jobs import ending
from mlmax_pipelines.local.jobs.ending import Outcome
from mlmax_pipelines.local.jobs.job import Job, JobFailed, create, fetch_object
from mlmax_pipelines.local.jobs.training import place_code
from mlmax_pipelines.local.workspace import Workspace
from mlmax_pipelines.registry.contract import RegistryError
from mlmax_pipelines.steps.services.sagemaker.jobs import TRANSFORM

_DRIVER = Path(__file__).with_name("transform_driver.py")
# AWS page "CreateTransformJob": the default of MaxPayloadInMB.
_PAYLOAD_MB = 6
_REPEATED = (
    "ModelName",
    "MaxConcurrentTransforms",
    "MaxPayloadInMB",
    "BatchStrategy",
    "Environment",
    "TransformInput",
    "TransformOutput",
    "TransformResources",
    "DataProcessing",
)


def run(request: TaskRequest, workspace: Workspace) -> dict[str, Any]:
    """Run it; raises StateError as a failed `.sync` task does."""
    job = create(TRANSFORM, request, workspace)
    try:
        end = _run(job)
    except (JobFailed, RegistryError, unpacking.UnsafeArchive) as error:
        end = Outcome("Failed", str(error))
    return ending.settle(job, end, _REPEATED, {})


def _run(job: Job) -> Outcome:
    _check_supported(job.arguments)
    container = _container(job)
    settings = container.get("Environment") or {}
    model = job.container / "model"
    model.mkdir(parents=True)
    if container.get("ModelDataUrl"):
        data = fetch_object(job, container["ModelDataUrl"], "the model")
        unpacking.unpack(data, model)
    request = _driver_request(job, settings, model)
    job.write_config("transform.json", request)
    path = job.container / "transform.json"
    environment = job.environment(
        {"SM_MODEL_DIR": str(model)},
        settings,
        job.arguments.get("Environment") or {},
    )
    ended = job.run(
        [sys.executable, str(_DRIVER), str(path)], environment, job.container
    )
    end = ending.outcome(job, ended, job.container / "output" / "failure")
    if end.status == "Completed":
        _collect(job)
    return end


def _check_supported(arguments: Mapping[str, Any]) -> None:
    """Refuse what would otherwise be left out without a word."""
    processing = arguments.get("DataProcessing") or {}
    filters = [processing.get("InputFilter", "$"), processing.get("OutputFilter", "$")]
    if processing.get("JoinSource", "None") != "None" or filters != ["$", "$"]:
        raise JobFailed(
            "ClientError: DataProcessing (JoinSource, InputFilter, OutputFilter) is "
            "not supported on this machine: join in a processing step instead"
        )
    source = arguments["TransformInput"]
    if source.get("SplitType", "None") not in ("None", "Line"):
        raise JobFailed(
            f"ClientError: SplitType '{source['SplitType']}' is not supported on this "
            f"machine: use 'Line' or 'None'"
        )
    if source.get("CompressionType", "None") != "None":
        raise JobFailed(
            "ClientError: CompressionType is not supported on this machine: give the "
            "files as they are"
        )


def _container(job: Job) -> Mapping[str, Any]:
    """The container that a model stands for: its own, or its model package's."""
    registry = job.workspace.registry
    model = registry.describe_model(str(job.arguments["ModelName"]))
    containers = model.get("Containers") or [model.get("PrimaryContainer") or {}]
    if len(containers) != 1:
        raise JobFailed(
            f"ClientError: model '{model['ModelName']}' has {len(containers)} "
            f"containers: only one can run on this machine"
        )
    container: dict[str, Any] = containers[0]
    package_name = container.get("ModelPackageName")
    if not package_name:
        return container
    package = registry.describe_package(package_name)
    base = package["InferenceSpecification"]["Containers"][0]
    settings = {**base.get("Environment", {}), **container.get("Environment", {})}
    return {**base, **container, "Environment": settings}


def _driver_request(
    job: Job, settings: Mapping[str, str], model: Path
) -> dict[str, Any]:
    source, target = job.arguments["TransformInput"], job.arguments["TransformOutput"]
    location = source["DataSource"]["S3DataSource"]["S3Uri"]
    inputs, outputs = job.container / "input", job.container / "output" / "data"
    job.download(location, inputs, "TransformInput")
    code = _code(job, settings)
    return {
        "code": str(code),
        "program": settings["SAGEMAKER_PROGRAM"],
        "model": str(model),
        "files": [
            (str(inputs / item.name), f"{outputs / item.name}.out")
            for item in job.workspace.store.objects(location)
        ],
        "content_type": source.get("ContentType", ""),
        "accept": target.get("Accept") or source.get("ContentType", ""),
        "split": source.get("SplitType", "None"),
        "strategy": job.arguments.get("BatchStrategy", "MultiRecord"),
        "max_payload_mb": float(job.arguments.get("MaxPayloadInMB", _PAYLOAD_MB)),
        "assemble": target.get("AssembleWith", "None"),
    }


def _code(job: Job, settings: Mapping[str, str]) -> Path:
    """The folder with the handlers' script."""
    program = settings.get("SAGEMAKER_PROGRAM")
    uri = settings.get("SAGEMAKER_SUBMIT_DIRECTORY")
    if not program or not uri:
        raise JobFailed(
            "ClientError: the model's environment has no 'SAGEMAKER_PROGRAM' and "
            "'SAGEMAKER_SUBMIT_DIRECTORY': only script mode runs on this machine"
        )
    code = job.container / "code"
    if uri.startswith(layout.SCHEME):
        place_code(job, uri, code)
    else:
        code = job.path(uri)
    # The name by which a server imports it: `steps.serve.py` of the folder `steps`.
    script = program.removesuffix(".py").replace(".", "/")
    if not (code / f"{script}.py").is_file():
        raise JobFailed(f"ClientError: no script '{program}' in '{uri}'")
    return code


def _collect(job: Job) -> None:
    target = str(job.arguments["TransformOutput"]["S3OutputPath"])
    job.workspace.store.take(job.left("/opt/ml/output/data"), target)
