"""processing: a script in a container, from folders to folders.

s3 inputs and outputs are folders of the container; every other input is an argument
(`--test_size 0.2`). An output of type metrics is read into the state once the job has
written it, so that a choice can gate on it.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from mlmax_pipelines.base.limits import (
    CONTAINER_ARGUMENT,
    CONTAINER_ARGUMENTS,
    PROCESSING_INPUTS,
    PROCESSING_OUTPUTS,
    PROCESSING_VARIABLE,
)
from mlmax_pipelines.declared import Limit
from mlmax_pipelines.steps import code, sdk
from mlmax_pipelines.steps.assembled import Member, is_certain, list_of
from mlmax_pipelines.steps.context import BuildContext
from mlmax_pipelines.steps.contract import (
    FOLDERS,
    JOB_ROLE,
    Draft,
    Field,
    Found,
    InputPort,
    OutputPort,
    ResolvedStep,
    StepType,
)
from mlmax_pipelines.steps.origins import Origin
from mlmax_pipelines.steps.outputs import keep, output_origins, output_uri
from mlmax_pipelines.steps.services.s3.jobs import GET_OBJECT
from mlmax_pipelines.steps.services.sagemaker import (
    checks,
    containers,
    names,
    options,
    requests,
    roles,
)
from mlmax_pipelines.steps.services.sagemaker.jobs import PROCESSING
from mlmax_pipelines.steps.services.sagemaker.metrics import ERRORS, read_metrics
from mlmax_pipelines.steps.values import Value, as_value, literal, to_text

_ALL = "FullyReplicated"


class Processing(StepType):
    type = "processing"
    summary = "a script in a container, from folders to folders"
    fields = {
        "image": requests.IMAGE,
        "entry_point": requests.ENTRY_POINT,
        "code": code.CODE,
        "command": Field(
            "list",
            "the program that runs the script, or without one the container's own",
            default=("python3",),
            items=Field("string", references=True),
        ),
        "arguments": Field("list", "further arguments", items=Field("any")),
        "environment": requests.ENVIRONMENT,
        "instance": requests.INSTANCE,
        "tags": requests.TAGS,
    }
    role = JOB_ROLE
    takes_null = True
    jobs = (PROCESSING, GET_OBJECT)
    errors = ERRORS
    outputs = {}
    output_kinds = FOLDERS
    input_keys = ("flag", "local_path", "distribution")
    output_keys = ("local_path",)

    def check(self, step: ResolvedStep) -> list[Found]:
        problems = checks.check_image(step, "training") + code.problems(step)
        problems += checks.check_environment(step, PROCESSING_VARIABLE)
        problems += checks.check_instance(step)
        problems += _argument_problems(step)
        problems += [] if problems else _flag_problems(step)
        problems += containers.processing_problems(step)
        problems += checks.check_tags(step)
        folders = len(_folder_inputs(step)) + ("entry_point" in step.fields)
        problems += checks.too_many("input folders", step, folders, PROCESSING_INPUTS)
        outputs = len(_folders(step))
        return problems + checks.too_many(
            "output folders", step, outputs, PROCESSING_OUTPUTS
        )

    def build(self, step: ResolvedStep, context: BuildContext) -> list[Draft]:
        draft = requests.start(
            step, context, PROCESSING, _request(step, context), **keep(step, {})
        )
        image = requests.image_of(step.fields, "training")
        draft.job_role = roles.job_role(step, context, image, PROCESSING)
        draft.limits += _limits(step)
        metrics = [port for port in step.outputs.values() if port.type == "metrics"]
        return [
            draft,
            *_addresses(step, context),
            *(read_metrics(step, port, context) for port in metrics),
        ]

    def origins(self, step: ResolvedStep, output: str) -> tuple[Origin, ...]:
        return output_origins(step, output)


def _request(step: ResolvedStep, context: BuildContext) -> dict[str, Any]:
    image = requests.image_of(step.fields, "training")
    request = {
        "ProcessingJobName": names.job_name(step, context),
        "RoleArn": requests.job_role_arn(context),
        "AppSpecification": _app(step, context.image(image)),
        "ProcessingInputs": _inputs(step, context),
        "ProcessingOutputConfig": {
            "Outputs": [_output(step, port, context) for port in _folders(step)]
        },
        "ProcessingResources": {"ClusterConfig": requests.resources(step, context)},
        "StoppingCondition": requests.max_runtime(step),
        "Environment": requests.environment(step, context, _search_path(step)),
        "Tags": requests.job_tags(step, context),
    }
    return {key: value for key, value in request.items() if value not in ([], {})}


def _app(step: ResolvedStep, image: str) -> dict[str, Any]:
    app: dict[str, Any] = {"ImageUri": image}
    if "entry_point" in step.fields:
        script = code.of(step)[1]
        command = list(step.fields.get("command", ("python3",)))
        app["ContainerEntrypoint"] = [*command, f"{containers.CODE}/{script}"]
    elif "command" in step.fields:
        app["ContainerEntrypoint"] = list(step.fields["command"])
    arguments = _arguments(step)
    if is_certain(arguments):
        app["ContainerArguments"] = list_of(arguments)
    elif arguments:  # they may be none, and the API takes no empty list
        program = [Member(as_value(word)) for word in app["ContainerEntrypoint"]]
        app["ContainerEntrypoint"] = list_of([*program, *arguments])
    return app


def _search_path(step: ResolvedStep) -> dict[str, str]:
    if "entry_point" not in step.fields:
        return {}
    return code.search_path(code.of(step)[1], containers.CODE)


def _arguments(step: ResolvedStep) -> list[Member]:
    """Those of inputs, and then further ones; the API takes strings only."""
    further = step.fields.get("arguments", ())
    return [
        *options.words(step),
        *(Member(to_text(as_value(value))) for value in further),
    ]


def _inputs(step: ResolvedStep, context: BuildContext) -> list[dict[str, Any]]:
    inputs = [
        _input(
            port.name,
            port.value,
            containers.input_path(port),
            port.distribution or _ALL,
        )
        for port in _folder_inputs(step)
    ]
    if "entry_point" in step.fields:
        uri = literal(code.code_uri(code.of(step)[0], "/", context), "s3")
        inputs.append(_input("code", uri, containers.CODE, _ALL))
    return inputs


def _folder_inputs(step: ResolvedStep) -> list[InputPort]:
    return [port for port in step.inputs.values() if port.type in FOLDERS]


def _input(name: str, uri: Value, path: str, distribution: str) -> dict[str, Any]:
    place = {
        "S3Uri": uri,
        "LocalPath": path,
        "S3DataType": "S3Prefix",
        "S3InputMode": "File",
        "S3DataDistributionType": distribution,
    }
    return {"InputName": name, "S3Input": place}


def _folders(step: ResolvedStep) -> list[OutputPort]:
    return [port for port in step.outputs.values() if port.type in FOLDERS]


def _output(
    step: ResolvedStep, port: OutputPort, context: BuildContext
) -> dict[str, Any]:
    place = {
        "S3Uri": output_uri(step, port.name, context),
        "LocalPath": containers.output_path(port),
        "S3UploadMode": "EndOfJob",
    }
    return {"OutputName": port.name, "S3Output": place}


def _addresses(step: ResolvedStep, context: BuildContext) -> list[Draft]:
    """Keeps the folders that somebody reads: those the job was told to write to. What
    Describe answers lists them too, in an order that nobody promises."""
    read = {
        port.name: output_uri(step, port.name, context)
        for port in _folders(step)
        if port.read and port.type == "s3"
    }
    if not read:
        return []
    path = f"$.steps.{step.key}.outputs"
    name = f"{step.name} outputs"
    return [Draft(sdk.pass_(name, parameters=read, result_path=path))]


def _argument_problems(step: ResolvedStep) -> Iterator[Found]:
    for port in step.inputs.values():
        if port.type not in FOLDERS:
            what = f"input '{port.name}' of step '{step.name}', an argument,"
            place = ("inputs", port.name)
            yield from checks.too_long(place, what, port.value, CONTAINER_ARGUMENT)
    for index, value in enumerate(step.fields.get("arguments", ())):
        what = f"argument {index + 1} of step '{step.name}'"
        at = ("arguments", index)
        yield from checks.check_text(at, what, value, CONTAINER_ARGUMENT)


def _flag_problems(step: ResolvedStep) -> Iterator[Found]:
    """An image's own program that may be given no argument at all."""
    given = _arguments(step)
    if given and not (is_certain(given) or {"entry_point", "command"} & {*step.fields}):
        text = f"step '{step.name}' has no argument but flags known only at run time"
        yield (), text, "name the program that takes them: command: [...]"


def _limits(step: ResolvedStep) -> tuple[Limit, ...]:
    arguments = [checks.text_length(one.value) for one in _arguments(step)]
    folders = len(_folder_inputs(step)) + ("entry_point" in step.fields)
    return (
        Limit(
            "container argument characters",
            max(arguments, default=0),
            CONTAINER_ARGUMENT,
        ),
        Limit("container arguments", len(arguments), CONTAINER_ARGUMENTS),
        Limit("processing inputs", folders, PROCESSING_INPUTS),
    )


TYPE = Processing()
