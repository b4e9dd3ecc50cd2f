"""training: fits a model; folders in as channels, a model.tar.gz out.

With an entry point the script runs in a framework's container (script mode); without
one the image's own algorithm trains. s3 inputs are channels, every other input a
hyperparameter. The one s3 output is the model artifact.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from mlmax_pipelines.asl.paths import path_text
from mlmax_pipelines.base.limits import (
    CHANNELS,
    HYPERPARAMETER,
    HYPERPARAMETERS,
    TRAINING_VARIABLE,
)
from mlmax_pipelines.declared import Limit
from mlmax_pipelines.steps import code, sdk
from mlmax_pipelines.steps.assembled import Member, object_of
from mlmax_pipelines.steps.context import BuildContext
from mlmax_pipelines.steps.contract import (
    JOB_ROLE,
    Draft,
    Field,
    Found,
    ResolvedStep,
    StepType,
)
from mlmax_pipelines.steps.origins import Origin
from mlmax_pipelines.steps.outputs import keep, output_origins, output_uri
from mlmax_pipelines.steps.services.sagemaker import (
    channels,
    checks,
    containers,
    hyperparameters,
    names,
    requests,
    roles,
)
from mlmax_pipelines.steps.services.sagemaker.jobs import TRAINING
from mlmax_pipelines.steps.values import join, result, state_data

# The API's default: API Reference, "TensorBoardOutputConfig".
_BOARD = f"{containers.ROOT}/output/tensorboard"


# What is written for TensorBoard is kept beside the outputs, under this name.
_TENSORBOARD = "tensorboard"


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
            "managed spot training: true, or",
            forms=(Field("boolean"),),
            fields={
                "max_wait_seconds": Field(
                    "integer",
                    "waiting and running; else twice the time it may run",
                    minimum=1,
                    references=True,
                )
            },
        ),
        "tensorboard": Field(
            "mapping",
            "keeps what is written for TensorBoard: true, or",
            forms=(Field("boolean"),),
            fields={
                "local_path": Field("string", "the container's folder", default=_BOARD)
            },
        ),
        "tags": requests.TAGS,
    }
    role = JOB_ROLE
    takes_null = True
    jobs = (TRAINING,)
    outputs = {"model": "s3"}
    output_kinds = ("s3",)
    input_keys = ("flag", "content_type", "compression", "distribution")
    output_keys = ("local_path",)

    def check(self, step: ResolvedStep) -> list[Found]:
        problems = checks.check_image(step, "training") + code.problems(step)
        problems += checks.check_environment(step, TRAINING_VARIABLE)
        problems += checks.check_instance(step)
        problems += checks.check_metrics(step)
        problems += hyperparameters.problems(step)
        problems += containers.training_problems(step)
        problems += checks.check_tags(step)
        return [*problems, *channels.problems(step), *_more_problems(step)]

    def build(self, step: ResolvedStep, context: BuildContext) -> list[Draft]:
        given = hyperparameters.given(step, context)
        request = _request(step, context, given)
        draft = requests.start(step, context, TRAINING, request, **_result(step))
        image = requests.image_of(step.fields, "training")
        draft.job_role = roles.job_role(step, context, image, TRAINING)
        draft.limits += _limits(step, given)
        return [draft, *_data(step, context)]

    def origins(self, step: ResolvedStep, output: str) -> tuple[Origin, ...]:
        """What a job wrote beside its model is beside its model in S3, too."""
        return output_origins(step, _model(step) if output else "")


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
        "InputDataConfig": channels.requested(step),
        "OutputDataConfig": {"S3OutputPath": output_uri(step, _model(step), context)},
        "ResourceConfig": requests.resources(step, context),
        "StoppingCondition": requests.max_runtime(step),
    }
    if _is_on(step, "spot"):
        request["EnableManagedSpotTraining"] = True
        request["StoppingCondition"]["MaxWaitTimeInSeconds"] = _longest_wait(step)
    if _is_on(step, "tensorboard"):
        request["TensorBoardOutputConfig"] = {
            "LocalPath": _board(step),
            "S3OutputPath": output_uri(step, _TENSORBOARD, context),
        }
    request["Environment"] = requests.environment(step, context, _search_path(step))
    request["Tags"] = requests.job_tags(step, context)
    return {key: value for key, value in request.items() if value not in ({}, [])}


def _is_on(step: ResolvedStep, key: str) -> bool:
    """Whether it is `true`, or has keys, of which none is needed."""
    return step.fields.get(key, False) is not False


def _longest_wait(step: ResolvedStep) -> Any:
    spot = step.fields["spot"]
    running = requests.max_runtime(step)["MaxRuntimeInSeconds"]
    given = spot.get("max_wait_seconds") if isinstance(spot, dict) else None
    if given is None:
        return 2 * running if isinstance(running, int) else running
    return given


def _board(step: ResolvedStep) -> str:
    given = step.fields["tensorboard"]
    path: str = given.get("local_path", _BOARD) if isinstance(given, dict) else _BOARD
    return path


def _algorithm(step: ResolvedStep, image: str) -> dict[str, Any]:
    mode = step.fields.get("input_mode", "File")
    result: dict[str, Any] = {"TrainingImage": image, "TrainingInputMode": mode}
    if metrics := step.fields.get("metric_definitions"):
        result["MetricDefinitions"] = [
            {"Name": metric["name"], "Regex": metric["regex"]} for metric in metrics
        ]
    return result


def _more_problems(step: ResolvedStep) -> Iterator[Found]:
    if _is_on(step, "spot"):
        running = requests.max_runtime(step)["MaxRuntimeInSeconds"]
        wait = _longest_wait(step)
        if isinstance(wait, int) and isinstance(running, int) and wait < running:
            text = f"'max_wait_seconds' is {wait}, less than the {running} it may run"
            hint = "it is waiting and running together"
            yield ("spot", "max_wait_seconds"), text, hint
    if _is_on(step, "tensorboard"):
        place = ("tensorboard", "local_path")
        yield from containers.folder_problems(place, _board(step), containers.ROOT)
        if _TENSORBOARD in step.outputs:
            text = f"'{_TENSORBOARD}' is where what is written for TensorBoard is kept"
            at = ("interface", "outputs", _TENSORBOARD)
            yield at, text, "give the output another name"


def _model(step: ResolvedStep) -> str:
    models = [p.name for p in step.outputs.values() if not containers.is_data(p)]
    return models[0] if models else "model"


def _result(step: ResolvedStep) -> dict[str, Any]:
    port = step.outputs.get(_model(step))
    kept = {}
    if port is not None and port.read:
        kept[port.name] = result("$.ModelArtifacts.S3ModelArtifacts")
    more: dict[str, Any] = {}
    if step.fields.get("metric_definitions"):
        more["metrics"] = result("$..FinalMetricDataList[*]")
    if _data_read(step):
        more["job"] = result("$.TrainingJobName")
    return keep(step, kept, **more)


def _data_read(step: ResolvedStep) -> list[str]:
    ports = step.outputs.values()
    return [port.name for port in ports if port.read and containers.is_data(port)]


def _data(step: ResolvedStep, context: BuildContext) -> list[Draft]:
    """Keeps where the job packed what it wrote beside its model: next to it.

    `<S3OutputPath>/<job>/output/output.tar.gz`: Amazon SageMaker Developer Guide,
    "Amazon SageMaker AI Training Storage Folders for ... Outputs".
    """
    outputs = f"$.steps.{step.key}.outputs"
    job = state_data(f"$.steps.{step.key}.job", "string")
    packed = join(output_uri(step, _model(step), context), job, "/output/output.tar.gz")
    found: dict[str, Any] = {name: packed for name in _data_read(step)}
    if not found:
        return []
    for port in step.outputs.values():
        if port.read and port.name not in found:
            found[port.name] = state_data(
                path_text(("steps", step.key, "outputs", port.name))
            )
    name = f"{step.name} outputs"
    return [Draft(sdk.pass_(name, parameters=found, result_path=outputs))]


def _limits(step: ResolvedStep, given: Sequence[Member]) -> tuple[Limit, ...]:
    longest = max((checks.text_length(one.value) for one in given), default=0)
    return (
        Limit("hyperparameter characters", longest, HYPERPARAMETER),
        Limit("hyperparameters", len(given), HYPERPARAMETERS),
        Limit("channels", len(channels.of(step)), CHANNELS),
    )


TYPE = Training()
