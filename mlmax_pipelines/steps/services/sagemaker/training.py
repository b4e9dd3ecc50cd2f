"""training: fits a model; folders in as channels, a model.tar.gz out.

With an entry point the script runs in a framework's container (script mode); without
one the image's own algorithm trains. s3 inputs are channels, every other input a
hyperparameter. The one s3 output is the model artifact.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from mlmax_pipelines.base.limits import (
    CHANNELS,
    HYPERPARAMETER,
    HYPERPARAMETERS,
    TRAINING_VARIABLE,
)
from mlmax_pipelines.compiled import Limit
from mlmax_pipelines.steps import checks, iam, sdk
from mlmax_pipelines.steps.contract import (
    FOLDERS,
    BuildContext,
    Draft,
    Field,
    Found,
    InputPort,
    ResolvedStep,
    StepType,
)
from mlmax_pipelines.steps.services.sagemaker import common as sagemaker
from mlmax_pipelines.steps.services.sagemaker import roles
from mlmax_pipelines.steps.values import put, to_text


class Training(StepType):
    kind = "training"
    summary = "fits a model: channels in, a model.tar.gz out"
    fields = {
        "image": sagemaker.IMAGE,
        "entry_point": sagemaker.ENTRY_POINT,
        "hyperparameters": Field("mapping", "passed to the script", items=Field("any")),
        "metric_definitions": Field(
            "list",
            "metrics read out of the log",
            items=Field(
                "mapping",
                fields={
                    "name": Field("string", "what it is called", required=True),
                    "regex": Field("string", "one group is the value", required=True),
                },
            ),
        ),
        "input_mode": Field(
            "string",
            "how channels reach the container",
            default="File",
            enum=("File", "Pipe", "FastFile"),
        ),
        "content_type": Field("string", "of every channel, such as text/csv"),
        "environment": sagemaker.ENVIRONMENT,
        "instance": sagemaker.INSTANCE,
        "spot": Field(
            "mapping",
            "managed spot training",
            fields={
                "max_wait_seconds": Field(
                    "integer", "waiting and running", required=True, minimum=1
                )
            },
        ),
    }

    def check(self, step: ResolvedStep) -> list[Found]:
        problems = checks.check_image(step, "training")
        problems += checks.check_environment(step, TRAINING_VARIABLE)
        problems += checks.check_instance(step)
        problems += checks.check_metrics(step)
        problems += _hyperparameter_problems(step)
        problems += checks.too_many("channels", step, len(_channels(step)), CHANNELS)
        models = [port for port in step.outputs.values() if port.type == "s3"]
        if len(models) > 1:
            names = ", ".join(f"'{port.name}'" for port in models)
            text = f"step '{step.name}' declares {len(models)} s3 outputs: {names}"
            problems.append(((), text, "a training job has one artifact: its model"))
        return problems

    def build(self, step: ResolvedStep, context: BuildContext) -> list[Draft]:
        image = sagemaker.image_of(step.fields, "training")
        job = sdk.task(
            step.name,
            context.integration("sagemaker:createTrainingJob.sync"),
            parameters=_request(step, context),
            **_result(step),
        )
        draft = Draft(
            job,
            iam.run_job(
                "TrainingJob", sagemaker.job_arn("training-job", step, context)
            ),
            roles.job_role(step, context, image, ["TrainingJobs"]),
            _limits(step, context),
            sagemaker.SAGEMAKER_RETRIES,
        )
        return [draft]


def _request(step: ResolvedStep, context: BuildContext) -> dict[str, Any]:
    image = sagemaker.image_of(step.fields, "training")
    request: dict[str, Any] = {}
    put(request, "TrainingJobName", sagemaker.job_name(step, context))
    request["RoleArn"] = sagemaker.job_role_arn(context)
    request["AlgorithmSpecification"] = _algorithm(step, context.image(image))
    request["HyperParameters"] = _hyperparameters(step, context)
    request["InputDataConfig"] = [_channel(step, port) for port in _channels(step)]
    request["OutputDataConfig"] = {}
    place = sagemaker.output_uri(step, _model(step), context)
    put(request["OutputDataConfig"], "S3OutputPath", place)
    request["ResourceConfig"] = sagemaker.resources(step, context)
    request["StoppingCondition"] = sagemaker.max_runtime(step)
    if spot := step.fields.get("spot"):
        request["EnableManagedSpotTraining"] = True
        longest = sagemaker.as_value(spot["max_wait_seconds"])
        put(request["StoppingCondition"], "MaxWaitTimeInSeconds", longest)
    if environment := sagemaker.environment(step.fields):
        request["Environment"] = environment
    request["Tags"] = sagemaker.tags(step, context)
    return {key: value for key, value in request.items() if value not in ({}, [])}


def _algorithm(step: ResolvedStep, image: str) -> dict[str, Any]:
    mode = step.fields.get("input_mode", "File")
    result: dict[str, Any] = {"TrainingImage": image, "TrainingInputMode": mode}
    if metrics := step.fields.get("metric_definitions"):
        result["MetricDefinitions"] = [
            {"Name": metric["name"], "Regex": metric["regex"]} for metric in metrics
        ]
    return result


def _hyperparameters(step: ResolvedStep, context: BuildContext) -> dict[str, Any]:
    """All of them strings. The script's own come from scalar inputs too."""
    result: dict[str, Any] = {}
    if entry_point := step.fields.get("entry_point"):
        folder, script = sagemaker.split_entry_point(entry_point)
        result["sagemaker_program"] = script
        packed = sagemaker.code_uri(folder, ".tar.gz", context)
        result["sagemaker_submit_directory"] = packed
    for name, value in step.fields.get("hyperparameters", {}).items():
        put(result, name, to_text(sagemaker.as_value(value)))
    for port in step.inputs.values():
        if port.type not in FOLDERS and port.value.literal is not None:
            # A script takes options (`--max-depth`), an algorithm has its own names.
            name = port.name.replace("_", "-") if entry_point else port.name
            put(result, name, to_text(port.value))
    return result


def _hyperparameter_problems(step: ResolvedStep) -> Iterator[Found]:
    for name, value in step.fields.get("hyperparameters", {}).items():
        place = ("hyperparameters", name)
        what = f"hyperparameter '{name}' of step '{step.name}'"
        yield from checks.too_long(place, what, value, HYPERPARAMETER)
    for port in step.inputs.values():
        if port.type not in FOLDERS:
            what = f"input '{port.name}' of step '{step.name}', a hyperparameter,"
            place = ("inputs", port.name)
            yield from checks.too_long(place, what, port.value, HYPERPARAMETER)


def _channels(step: ResolvedStep) -> list[InputPort]:
    return [port for port in step.inputs.values() if port.type in FOLDERS]


def _channel(step: ResolvedStep, port: InputPort) -> dict[str, Any]:
    source: dict[str, Any] = {"S3DataType": "S3Prefix"}
    put(source, "S3Uri", port.value)
    source["S3DataDistributionType"] = "FullyReplicated"
    channel: dict[str, Any] = {"ChannelName": port.name}
    channel["DataSource"] = {"S3DataSource": source}
    if content_type := step.fields.get("content_type"):
        put(channel, "ContentType", sagemaker.as_value(content_type))
    return channel


def _model(step: ResolvedStep) -> str:
    names = [port.name for port in step.outputs.values() if port.type == "s3"]
    return names[0] if names else "model"


def _result(step: ResolvedStep) -> dict[str, Any]:
    port = step.outputs.get(_model(step))
    kept = {}
    if port is not None and port.read:
        kept[f"{port.name}.$"] = "$.ModelArtifacts.S3ModelArtifacts"
    if step.fields.get("metric_definitions"):
        return sagemaker.keep(step, kept, **{"metrics.$": "$..FinalMetricDataList[*]"})
    return sagemaker.keep(step, kept)


def _limits(step: ResolvedStep, context: BuildContext) -> tuple[Limit, ...]:
    values = _hyperparameters(step, context)
    # Those known at run time only have a key that ends in `.$`.
    known = [len(value) for key, value in values.items() if not key.endswith(".$")]
    longest = max(known, default=0)
    return (
        sagemaker.name_limit(step, context),
        Limit("hyperparameter characters", longest, HYPERPARAMETER),
        Limit("hyperparameters", len(values), HYPERPARAMETERS),
        Limit("channels", len(_channels(step)), CHANNELS),
    )


TYPE = Training()
