"""processing: a script in a container, from folders to folders.

s3 inputs and outputs are folders of the container; every other input is an argument
(`--test-size 0.2`). An output of type metrics is read into the state once the job has
written it, so that a choice can gate on it.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from mlmax_pipelines.base import layout
from mlmax_pipelines.base.limits import (
    CONTAINER_ARGUMENT,
    CONTAINER_ARGUMENTS,
    PROCESSING_INPUTS,
    PROCESSING_OUTPUTS,
    PROCESSING_VARIABLE,
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
    OutputPort,
    ResolvedStep,
    StepType,
)
from mlmax_pipelines.steps.services.sagemaker import common as sagemaker
from mlmax_pipelines.steps.services.sagemaker import roles
from mlmax_pipelines.steps.values import Value, array, join, literal, put, to_text

ROOT = "/opt/ml/processing"
# S3 asks to slow down with an error of no class of its own (S3.S3Exception).
_S3_ERRORS = ("S3.S3Exception", "S3.SdkClientException")


class Processing(StepType):
    kind = "processing"
    summary = "a script in a container, from folders to folders"
    fields = {
        "image": sagemaker.IMAGE,
        "entry_point": sagemaker.ENTRY_POINT,
        "command": Field(
            "list",
            "the program that runs the script, or without one the container's own",
            default=("python3",),
            items=Field("string"),
        ),
        "arguments": Field("list", "further arguments", items=Field("any")),
        "environment": sagemaker.ENVIRONMENT,
        "instance": sagemaker.INSTANCE,
    }

    def check(self, step: ResolvedStep) -> list[Found]:
        problems = checks.check_image(step, "training")
        problems += checks.check_environment(step, PROCESSING_VARIABLE)
        problems += checks.check_instance(step)
        problems += _argument_problems(step)
        folders = len(_folder_inputs(step)) + ("entry_point" in step.fields)
        problems += checks.too_many("input folders", step, folders, PROCESSING_INPUTS)
        outputs = len(_folders(step))
        return problems + checks.too_many(
            "output folders", step, outputs, PROCESSING_OUTPUTS
        )

    def build(self, step: ResolvedStep, context: BuildContext) -> list[Draft]:
        image = sagemaker.image_of(step.fields, "training")
        job = sdk.task(
            step.name,
            context.integration("sagemaker:createProcessingJob.sync"),
            parameters=_request(step, context),
            **_result(step),
        )
        draft = Draft(
            job,
            iam.run_job(
                "ProcessingJob", sagemaker.job_arn("processing-job", step, context)
            ),
            roles.job_role(step, context, image, ["ProcessingJobs"]),
            _limits(step, context),
            sagemaker.SAGEMAKER_RETRIES,
        )
        metrics = [port for port in step.outputs.values() if port.type == "metrics"]
        return [draft, *(_read_metrics(step, port, context) for port in metrics)]


def _request(step: ResolvedStep, context: BuildContext) -> dict[str, Any]:
    image = sagemaker.image_of(step.fields, "training")
    request: dict[str, Any] = {}
    put(request, "ProcessingJobName", sagemaker.job_name(step, context))
    request["RoleArn"] = sagemaker.job_role_arn(context)
    request["AppSpecification"] = _app(step, context.image(image))
    request["ProcessingInputs"] = _inputs(step, context)
    request["ProcessingOutputConfig"] = {
        "Outputs": [_output(step, port, context) for port in _folders(step)]
    }
    request["ProcessingResources"] = {
        "ClusterConfig": sagemaker.resources(step, context)
    }
    request["StoppingCondition"] = sagemaker.max_runtime(step)
    if environment := sagemaker.environment(step.fields):
        request["Environment"] = environment
    request["Tags"] = sagemaker.tags(step, context)
    return {key: value for key, value in request.items() if value != []}


def _app(step: ResolvedStep, image: str) -> dict[str, Any]:
    app: dict[str, Any] = {"ImageUri": image}
    if entry_point := step.fields.get("entry_point"):
        script = sagemaker.split_entry_point(entry_point)[1]
        command = list(step.fields.get("command", ("python3",)))
        app["ContainerEntrypoint"] = [*command, f"{ROOT}/input/code/{script}"]
    elif "command" in step.fields:
        app["ContainerEntrypoint"] = list(step.fields["command"])
    if arguments := _arguments(step):
        put(app, "ContainerArguments", array(arguments))
    return app


def _arguments(step: ResolvedStep) -> list[Value]:
    """`--name value` per scalar input; the API takes strings only."""
    result: list[Value] = []
    for port in step.inputs.values():
        if port.type not in FOLDERS and port.value.literal is not None:
            result += [literal("--" + port.name.replace("_", "-")), to_text(port.value)]
    further = step.fields.get("arguments", ())
    return result + [to_text(sagemaker.as_value(value)) for value in further]


def _inputs(step: ResolvedStep, context: BuildContext) -> list[dict[str, Any]]:
    inputs = [_input(port.name, port.value) for port in _folder_inputs(step)]
    if entry_point := step.fields.get("entry_point"):
        folder = sagemaker.split_entry_point(entry_point)[0]
        code = literal(sagemaker.code_uri(folder, "/", context), "s3")
        inputs.append(_input("code", code))
    return inputs


def _folder_inputs(step: ResolvedStep) -> list[InputPort]:
    return [port for port in step.inputs.values() if port.type in FOLDERS]


def _input(name: str, uri: Value) -> dict[str, Any]:
    place: dict[str, Any] = {}
    put(place, "S3Uri", uri)
    place["LocalPath"] = f"{ROOT}/input/{name}"
    place |= {"S3DataType": "S3Prefix", "S3InputMode": "File"}
    place["S3DataDistributionType"] = "FullyReplicated"
    return {"InputName": name, "S3Input": place}


def _folders(step: ResolvedStep) -> list[OutputPort]:
    return [port for port in step.outputs.values() if port.type in FOLDERS]


def _output(
    step: ResolvedStep, port: OutputPort, context: BuildContext
) -> dict[str, Any]:
    place: dict[str, Any] = {}
    put(place, "S3Uri", sagemaker.output_uri(step, port.name, context))
    place["LocalPath"] = f"{ROOT}/output/{port.name}"
    place["S3UploadMode"] = "EndOfJob"
    return {"OutputName": port.name, "S3Output": place}


def _result(step: ResolvedStep) -> dict[str, Any]:
    """What the state keeps: the folders that somebody reads; else nothing."""
    place = "$.ProcessingOutputConfig.Outputs"
    kept = {
        f"{port.name}.$": f"{place}[{index}].S3Output.S3Uri"
        for index, port in enumerate(_folders(step))
        if port.read and port.type == "s3"
    }
    return sagemaker.keep(step, kept)


def _read_metrics(step: ResolvedStep, port: OutputPort, context: BuildContext) -> Draft:
    """Reads the metrics file into the state: no Lambda, up to 256 KiB."""
    bucket = context.parameter("ArtifactBucket")
    parameters: dict[str, Any] = {"Bucket": bucket}
    put(parameters, "Key", join(*step.folder, f"/{port.name}/{port.file}"))
    state = sdk.task(
        f"{step.name} {port.name}",
        context.integration("aws-sdk:s3:getObject"),
        parameters=parameters,
        result_selector={"values.$": "States.StringToJson($.Body)"},
        result_path=f"$.steps.{step.key}.outputs.{port.name}",
    )
    place = layout.step_pattern(context.pipeline, step.key) + f"{port.name}/{port.file}"
    reads = iam.read_objects(bucket, (place,), "reads the metrics its job wrote")
    return Draft(state, (reads,), retries=(_S3_ERRORS,))


def _argument_problems(step: ResolvedStep) -> Iterator[Found]:
    for port in step.inputs.values():
        if port.type not in FOLDERS:
            what = f"input '{port.name}' of step '{step.name}', an argument,"
            place = ("inputs", port.name)
            yield from checks.too_long(place, what, port.value, CONTAINER_ARGUMENT)
    for index, value in enumerate(step.fields.get("arguments", ())):
        what = f"argument {index + 1} of step '{step.name}'"
        at = ("arguments", index)
        yield from checks.too_long(at, what, value, CONTAINER_ARGUMENT)


def _limits(step: ResolvedStep, context: BuildContext) -> tuple[Limit, ...]:
    arguments = [checks.text_length(value) for value in _arguments(step)]
    folders = len(_folder_inputs(step)) + ("entry_point" in step.fields)
    return (
        sagemaker.name_limit(step, context),
        Limit(
            "container argument characters",
            max(arguments, default=0),
            CONTAINER_ARGUMENT,
        ),
        Limit("container arguments", len(arguments), CONTAINER_ARGUMENTS),
        Limit("processing inputs", folders, PROCESSING_INPUTS),
    )


TYPE = Processing()
