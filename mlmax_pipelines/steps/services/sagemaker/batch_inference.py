"""batch_inference: predictions for a folder of files, by a batch transform job.

The model is one of: `model_name` (a SageMaker model that exists), `model_package` (a
version of the model registry) or `model_data` (a model.tar.gz, with `image` and
`entry_point` of the module). For the latter two a model is created first, and deleted
after: one whose job failed stays, as a redrive of the execution begins with that job.
"""

from __future__ import annotations

from typing import Any

from mlmax_pipelines.base.limits import MODEL_VARIABLE
from mlmax_pipelines.compiled import Job
from mlmax_pipelines.declared import Statement
from mlmax_pipelines.steps import code, iam, sdk
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
from mlmax_pipelines.steps.outputs import (
    DROPPED,
    keep,
    output_origins,
    output_uri,
)
from mlmax_pipelines.steps.services.sagemaker import (
    checks,
    names,
    requests,
    roles,
    serving,
)
from mlmax_pipelines.steps.services.sagemaker.jobs import (
    DELETE_MODEL,
    MODEL,
    TRANSFORM,
)
from mlmax_pipelines.steps.values import (
    Value,
    call,
    origins_of,
    result,
    state_data,
)

_MODELS = ("model_name", "model_package", "model_data")


class BatchInference(StepType):
    type = "batch_inference"
    summary = (
        "a batch transform job, with a model of the registry, an artifact, or a name"
    )
    fields = {
        "image": requests.IMAGE,
        "entry_point": requests.ENTRY_POINT,
        "code": code.CODE,
        "environment": requests.ENVIRONMENT,
        "instance": requests.INSTANCE,
        "tags": requests.TAGS,
        "split_type": Field(
            "string",
            "how files are cut into records",
            enum=("None", "Line", "RecordIO", "TFRecord"),
        ),
        "assemble_with": Field(
            "string", "how results are put together", enum=("None", "Line")
        ),
        "accept": Field("string", "content type of the results", references=True),
        "strategy": Field(
            "string", "records per request", enum=("SingleRecord", "MultiRecord")
        ),
        "max_payload_mb": Field(
            "integer", "of one request", minimum=0, references=True
        ),
        "max_concurrent_transforms": Field(
            "integer", "per instance", minimum=0, references=True
        ),
    }
    role = JOB_ROLE
    jobs = (TRANSFORM, MODEL, DELETE_MODEL)
    inputs = {
        "model_name": "string",
        "model_package": "string",
        "model_data": "s3",
        "input_path": "s3",
        "output_path": "s3",
        "content_type": "string",
        "instance_type": "string",
        "instance_count": "integer",
    }
    outputs = {"predictions": "s3"}
    output_kinds = ("s3",)

    def check(self, step: ResolvedStep) -> list[Found]:
        given = [name for name in _MODELS if name in step.inputs]
        problems: list[Found] = []
        if len(given) != 1:
            found = " and ".join(f"'{name}'" for name in given) or "none"
            text = f"step '{step.name}' needs one model, found {found}"
            problems.append(((), text, "give one of: " + ", ".join(_MODELS)))
        if "input_path" not in step.inputs:
            text = f"step '{step.name}' needs input 'input_path'"
            problems.append(((), text, "the s3 folder with the records to predict"))
        if "model_name" in given:
            problems += checks.of_a_model_that_exists(step)
        if len(step.outputs) > 1:
            listed = ", ".join(f"'{name}'" for name in step.outputs)
            text = f"step '{step.name}' declares {len(step.outputs)} outputs: {listed}"
            problems.append(((), text, "a transform job has one: its predictions"))
        if given == ["model_data"] or "image" in step.fields:
            problems += checks.check_image(step, "inference")
            problems += code.problems(step)
        problems += checks.check_instance(step)
        problems += checks.check_tags(step)
        return problems + checks.check_environment(step, MODEL_VARIABLE)

    def warn(self, step: ResolvedStep) -> list[Found]:
        if "model_name" in step.inputs and "environment" in step.fields:
            what = f"the model of step '{step.name}' exists, with variables of its own"
            return [(("environment",), what, "these are not used")]
        return []

    def build(self, step: ResolvedStep, context: BuildContext) -> list[Draft]:
        draft = requests.start(
            step, context, TRANSFORM, _request(step, context), **_result(step)
        )
        # A transform job uses the model's role; it is not passed one itself.
        draft.execution_role = draft.execution_role[:-1]
        draft.job_role = _job_role(step, context)
        if "model_name" in step.inputs:
            return [draft]
        context.warnings += serving.warnings(step, context)
        return [_create_model(step, context), draft, *_delete_model(step, context)]

    def origins(self, step: ResolvedStep, output: str) -> tuple[Origin, ...]:
        """Its own folder, or the one it is told to write to."""
        given = step.inputs.get("output_path")
        return origins_of(given.value) if given else output_origins(step, output)


def _create_model(step: ResolvedStep, context: BuildContext) -> Draft:
    request: dict[str, Any] = {
        "ModelName": names.job_name(step, context),
        "ExecutionRoleArn": requests.job_role_arn(context),
    }
    if package := step.inputs.get("model_package"):
        container: dict[str, Any] = {"ModelPackageName": package.value}
        if variables := requests.environment(step, context):
            container["Environment"] = variables
        request["Containers"] = [container]
    else:
        request["PrimaryContainer"] = {
            "ModelDataUrl": step.inputs["model_data"].value,
            **requests.inference_container(step, context),
        }
    request["Tags"] = requests.job_tags(step, context)
    parts = call("States.StringSplit", result("$.ModelArn"), "/")
    draft = context.task(
        f"{step.name} model",
        Job(MODEL, prefix=names.job_prefix(step, context)),
        request,
        result_selector={"name": call("States.ArrayGetItem", parts, 1)},
        result_path=f"$.steps.{step.key}.model",
    )
    draft.execution_role = _model_statements(step, context, draft)
    return draft


def _delete_model(step: ResolvedStep, context: BuildContext) -> list[Draft]:
    """What is wrong with that is no fault of the predictions: they are there."""
    request = {"ModelName": state_data(f"$.steps.{step.key}.model.name")}
    job = Job(DELETE_MODEL)
    draft = context.task(f"{step.name} delete", job, request, **DROPPED)
    resource = names.job_arn(MODEL, step, context)
    reason = "deletes the model that its job predicted with"
    draft.execution_role = (iam.allow(job.kind.calls, [resource], reason),)
    draft.may_fail = True
    return [draft, Draft(sdk.pass_(f"{step.name} done"))]


def _model_statements(
    step: ResolvedStep, context: BuildContext, draft: Draft
) -> tuple[Statement, ...]:
    assert draft.job is not None
    resource = names.job_arn(MODEL, step, context)
    allowed = (
        *iam.ask(draft.job, resource, "creates the model its job predicts with"),
        iam.pass_role(MODEL.principal, "gives the model the role it runs with"),
    )
    if package := step.inputs.get("model_package"):
        return (*allowed, _use_package(package.value, context))
    return allowed


def _use_package(package: Value, context: BuildContext) -> Statement:
    """Making a model from a version is allowed on the version too.

    Source: Amazon SageMaker Developer Guide, "Deploy a Model from the Registry": a
    policy of a group allows CreateModel and DescribeModelPackage on its versions. A
    version known only at run time is of a group of this environment, or of another's
    that the pipeline names.
    """
    if package.is_literal:
        resources = [str(package.literal)]
    else:
        own = f"model-package/{context.parameter('Prefix')}-*"
        others = (
            requests.group_arns(one, context)[1]
            for one in context.steps.values()
            if requests.is_elsewhere(one.fields.get("group"))
        )
        resources = [*dict.fromkeys([iam.arn("sagemaker", own), *others])]
    actions = ("sagemaker:CreateModel", "sagemaker:DescribeModelPackage")
    return iam.allow(actions, resources, "makes a model of a registered version")


def _request(step: ResolvedStep, context: BuildContext) -> dict[str, Any]:
    made = state_data(f"$.steps.{step.key}.model.name")
    given = step.inputs.get("model_name")
    request = {
        "TransformJobName": names.job_name(step, context),
        "ModelName": given.value if given else made,
        "TransformInput": _input(step),
        "TransformOutput": _output(step, context),
        "TransformResources": requests.instance_settings(step, context),
    }
    for key, field in (
        ("BatchStrategy", "strategy"),
        ("MaxPayloadInMB", "max_payload_mb"),
        ("MaxConcurrentTransforms", "max_concurrent_transforms"),
    ):
        if field in step.fields:
            request[key] = step.fields[field]
    request["Tags"] = requests.job_tags(step, context)
    return request


def _input(step: ResolvedStep) -> dict[str, Any]:
    source = {"S3DataType": "S3Prefix", "S3Uri": step.inputs["input_path"].value}
    request: dict[str, Any] = {"DataSource": {"S3DataSource": source}}
    if content_type := step.inputs.get("content_type"):
        request["ContentType"] = content_type.value
    if "split_type" in step.fields:
        request["SplitType"] = step.fields["split_type"]
    return request


def _output(step: ResolvedStep, context: BuildContext) -> dict[str, Any]:
    if given := step.inputs.get("output_path"):
        place = given.value
    else:
        ports = [port.name for port in step.outputs.values() if port.type == "s3"]
        place = output_uri(step, (*ports, "predictions")[0], context)
    request: dict[str, Any] = {"S3OutputPath": place}
    for key, name in (("Accept", "accept"), ("AssembleWith", "assemble_with")):
        if name in step.fields:
            request[key] = step.fields[name]
    return request


def _result(step: ResolvedStep) -> dict[str, Any]:
    kept = {
        port.name: result("$.TransformOutput.S3OutputPath")
        for port in step.outputs.values()
        if port.read
    }
    if "model_name" in step.inputs:
        return keep(step, kept)
    return keep(step, kept, model={"name": result("$.ModelName")})


def _job_role(step: ResolvedStep, context: BuildContext) -> tuple[Statement, ...]:
    if "model_name" in step.inputs:
        return ()  # the model that exists has a role of its own
    image = requests.image_of(step.fields, "inference")
    statements = roles.job_role(step, context, image, TRANSFORM)
    output = step.inputs.get("output_path")
    return (*statements, *(roles.write_to(output, context) if output else ()))


TYPE = BatchInference()
