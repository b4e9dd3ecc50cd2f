"""training: fits a model; folders in as channels, a model.tar.gz out.

With an entry point the script runs in a framework's container (script mode); without
one the image's own algorithm trains. s3 inputs are channels, every other input a
hyperparameter. The one s3 output is the model artifact.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from mlmax_pipelines.base.limits import (
    CHANNELS,
    HYPERPARAMETER,
    HYPERPARAMETERS,
    TRAINING_VARIABLE,
)
from mlmax_pipelines.declared import Limit
from mlmax_pipelines.steps import code
from mlmax_pipelines.steps.assembled import Member, object_of
from mlmax_pipelines.steps.context import BuildContext
from mlmax_pipelines.steps.contract import (
    FOLDERS,
    JOB_ROLE,
    Draft,
    Field,
    Found,
    InputPort,
    ResolvedStep,
    StepType,
)
from mlmax_pipelines.steps.outputs import keep, output_origins, output_uri
from mlmax_pipelines.steps.services.sagemaker import (
    checks,
    hyperparameters,
    names,
    requests,
    roles,
)
from mlmax_pipelines.steps.services.sagemaker.jobs import TRAINING
from mlmax_pipelines.steps.values import Origin, result


class Training(StepType):
    type = "training"
    summary = "a training job: your script, or a built-in algorithm"
    fields = {
        "image": requests.IMAGE,
        "entry_point": requests.ENTRY_POINT,
        "code": code.CODE,
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
        "content_type": Field(
            "string", "of every channel, such as text/csv", references=True
        ),
        "environment": requests.ENVIRONMENT,
        "instance": requests.INSTANCE,
        "spot": Field(
            "mapping",
            "managed spot training",
            fields={
                "max_wait_seconds": Field(
                    "integer",
                    "waiting and running",
                    required=True,
                    minimum=1,
                    references=True,
                )
            },
        ),
    }
    role = JOB_ROLE
    jobs = (TRAINING,)
    outputs = {"model": "s3"}
    output_kinds = ("s3",)
    port_keys = ("flag",)

    def check(self, step: ResolvedStep) -> list[Found]:
        problems = checks.check_image(step, "training") + code.problems(step)
        problems += checks.check_environment(step, TRAINING_VARIABLE)
        problems += checks.check_instance(step)
        problems += checks.check_metrics(step)
        problems += hyperparameters.problems(step)
        problems += checks.too_many("channels", step, len(_channels(step)), CHANNELS)
        models = [port for port in step.outputs.values() if port.type == "s3"]
        if len(models) > 1:
            names = ", ".join(f"'{port.name}'" for port in models)
            text = f"step '{step.name}' declares {len(models)} s3 outputs: {names}"
            problems.append(((), text, "a training job has one artifact: its model"))
        return problems

    def build(self, step: ResolvedStep, context: BuildContext) -> list[Draft]:
        given = hyperparameters.given(step, context)
        request = _request(step, context, given)
        draft = requests.start(step, context, TRAINING, request, **_result(step))
        image = requests.image_of(step.fields, "training")
        draft.job_role = roles.job_role(step, context, image, TRAINING)
        draft.limits += _limits(step, given)
        return [draft]

    def origins(self, step: ResolvedStep, output: str) -> tuple[Origin, ...]:
        return output_origins(step, output)


def _search_path(step: ResolvedStep) -> dict[str, str]:
    """AWS page "Environmental Variables used by Amazon SageMaker Containers to Define
    Entry Points": the script lies in /opt/ml/code."""
    if "entry_point" not in step.fields:
        return {}
    return code.search_path(code.of(step)[1], "/opt/ml/code")


def _request(
    step: ResolvedStep, context: BuildContext, given: Sequence[Member]
) -> dict[str, Any]:
    image = requests.image_of(step.fields, "training")
    request: dict[str, Any] = {
        "TrainingJobName": names.job_name(step, context),
        "RoleArn": requests.job_role_arn(context),
        "AlgorithmSpecification": _algorithm(step, context.image(image)),
        "HyperParameters": object_of(given),
        "InputDataConfig": [_channel(step, port) for port in _channels(step)],
        "OutputDataConfig": {"S3OutputPath": output_uri(step, _model(step), context)},
        "ResourceConfig": requests.resources(step, context),
        "StoppingCondition": requests.max_runtime(step),
    }
    if spot := step.fields.get("spot"):
        request["EnableManagedSpotTraining"] = True
        request["StoppingCondition"]["MaxWaitTimeInSeconds"] = spot["max_wait_seconds"]
    request["Environment"] = requests.environment(step, context, _search_path(step))
    request["Tags"] = requests.job_tags(step, context)
    return {key: value for key, value in request.items() if value not in ({}, [])}


def _algorithm(step: ResolvedStep, image: str) -> dict[str, Any]:
    mode = step.fields.get("input_mode", "File")
    result: dict[str, Any] = {"TrainingImage": image, "TrainingInputMode": mode}
    if metrics := step.fields.get("metric_definitions"):
        result["MetricDefinitions"] = [
            {"Name": metric["name"], "Regex": metric["regex"]} for metric in metrics
        ]
    return result


def _channels(step: ResolvedStep) -> list[InputPort]:
    return [port for port in step.inputs.values() if port.type in FOLDERS]


def _channel(step: ResolvedStep, port: InputPort) -> dict[str, Any]:
    source = {
        "S3DataType": "S3Prefix",
        "S3Uri": port.value,
        "S3DataDistributionType": "FullyReplicated",
    }
    channel = {"ChannelName": port.name, "DataSource": {"S3DataSource": source}}
    if content_type := step.fields.get("content_type"):
        channel["ContentType"] = content_type
    return channel


def _model(step: ResolvedStep) -> str:
    names = [port.name for port in step.outputs.values() if port.type == "s3"]
    return names[0] if names else "model"


def _result(step: ResolvedStep) -> dict[str, Any]:
    port = step.outputs.get(_model(step))
    kept = {}
    if port is not None and port.read:
        kept[port.name] = result("$.ModelArtifacts.S3ModelArtifacts")
    if step.fields.get("metric_definitions"):
        return keep(step, kept, metrics=result("$..FinalMetricDataList[*]"))
    return keep(step, kept)


def _limits(step: ResolvedStep, given: Sequence[Member]) -> tuple[Limit, ...]:
    longest = max((checks.text_length(one.value) for one in given), default=0)
    return (
        Limit("hyperparameter characters", longest, HYPERPARAMETER),
        Limit("hyperparameters", len(given), HYPERPARAMETERS),
        Limit("channels", len(_channels(step)), CHANNELS),
    )


TYPE = Training()
