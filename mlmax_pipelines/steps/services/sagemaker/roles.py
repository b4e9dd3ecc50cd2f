"""What the job of a step may do: its part of the pipeline's job role.

What comes in: a resolved step and the build context. What goes out: statements.
Never: more of a bucket than the step can be told to read or write.

Sources: Amazon SageMaker Developer Guide, "How to use SageMaker AI execution roles"
(CreateProcessingJob, CreateTrainingJob, CreateModel: execution role permissions).
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache

from mlmax_pipelines.base import layout
from mlmax_pipelines.compiled import Image
from mlmax_pipelines.declared import JobKind, Statement
from mlmax_pipelines.steps import iam
from mlmax_pipelines.steps.context import BuildContext
from mlmax_pipelines.steps.contract import InputPort, ResolvedStep
from mlmax_pipelines.steps.services.sagemaker import names
from mlmax_pipelines.steps.values import Value

_JOBS = ("processing", "training", "batch_inference")
_ANYWHERE = ("any", "s3", "metrics")


def job_role(
    step: ResolvedStep, context: BuildContext, image: Image, kind: JobKind
) -> tuple[Statement, ...]:
    """What the job of a step may do: read, write its own outputs, log."""
    artifacts = context.parameter("ArtifactBucket")
    code = context.parameter("CodeBucket")
    folder = layout.step_pattern(context.pipeline, step.key)
    shipped = (f"{layout.CODE}*", f"{layout.DATA}*")
    return (
        _reads(step, context, artifacts),
        iam.read_objects(code, shipped, "reads code and shipped data"),
        iam.write_objects(artifacts, (folder,), "writes its outputs"),
        iam.list_bucket(artifacts),
        iam.list_bucket(code),
        *_named_places(step, context),
        *iam.pull_image(repository(image)),
        *_write_logs(kind.log_group, names.jobs_prefix(context)),
    )


def write_to(output: InputPort, context: BuildContext) -> tuple[Statement, ...]:
    """A place that a step is told to write to, as far as it is known.

    A place known only at run time is one the environment allows.
    """
    uri = _known(output.value, context)
    bucket, _, key = uri.removeprefix(layout.SCHEME).partition("/")
    if not uri:
        return ()
    return (iam.write_objects(bucket, (f"{key}*",), "writes where it is told to"),)


def _reads(step: ResolvedStep, context: BuildContext, artifacts: str) -> Statement:
    """Its own pipeline's artifacts; those of any, for what a registry may name."""
    if any(_is_from_elsewhere(port, context) for port in step.inputs.values()):
        reason = "reads what other pipelines made: a model, its transformer"
        return iam.read_objects(artifacts, ("*",), reason)
    return iam.read_objects(artifacts, (f"{context.pipeline}/*",), "reads its inputs")


def _is_from_elsewhere(port: InputPort, context: BuildContext) -> bool:
    if port.name == "model_package":
        return True
    source = port.value.expression
    if port.type not in _ANYWHERE or not source.startswith("$.steps."):
        return False
    key = source.partition(".outputs.")[0].rpartition(".")[2]
    return key not in context.steps or context.steps[key].type not in _JOBS


def _named_places(step: ResolvedStep, context: BuildContext) -> Iterator[Statement]:
    """Buckets that the spec itself names, in an input or a parameter's default."""
    for port in step.inputs.values():
        uri = _known(port.value, context) if port.type in _ANYWHERE else ""
        bucket, _, key = uri.removeprefix(layout.SCHEME).partition("/")
        if bucket and "$" not in bucket:
            reason = f"reads its input '{port.name}'"
            yield iam.read_objects(bucket, (f"{key}*",), reason)
            yield iam.list_bucket(bucket)


def _known(value: Value, context: BuildContext) -> str:
    """The s3 URI a value is, or begins with, or has by default; "" when unknown."""
    given = value.literal if value.is_literal else value.expression
    if value.expression.startswith(f"States.Format('{layout.SCHEME}"):
        given = given.removeprefix("States.Format('").partition("{}")[0]
    elif value.expression.startswith("$.parameters."):
        given = context.defaults.get(value.expression.removeprefix("$.parameters."))
    is_uri = isinstance(given, str) and given.startswith(layout.SCHEME)
    return str(given) if is_uri else ""


@cache
def repository(image: Image) -> str:
    """The repository an image is pulled from, as far as an ARN can name it."""
    if image.uri:
        path = image.uri.partition("/")[2] or image.uri
        return path.partition("@")[0].rpartition(":")[0] or path
    if not image.framework:
        return "*"  # the model package names it
    from mlmax_pipelines.steps.services.sagemaker.images import image_repository

    return image_repository(image)


@cache
def _write_logs(group: str, jobs: str) -> tuple[Statement, ...]:
    """What every job writes: its log lines and SageMaker's own metrics.

    All jobs of an account share a log group. The names of a job's streams begin with
    its own, which begins with `jobs`.
    """
    place = f"log-group:{group}"
    return (
        iam.allow(
            ("logs:CreateLogGroup", "logs:DescribeLogStreams"),
            [iam.arn("logs", f"{place}*")],
            "finds the log group of its kind of job, or makes it",
        ),
        iam.allow(
            ("logs:CreateLogStream", "logs:PutLogEvents"),
            [iam.arn("logs", f"{place}:log-stream:{jobs}-*")],
            "writes its log",
        ),
        Statement(
            ("cloudwatch:PutMetricData",),
            ("*",),
            "writes its metrics",
            {"StringLike": {"cloudwatch:namespace": "/aws/sagemaker/*"}},
            wildcard="cloudwatch:PutMetricData takes no resource; the condition "
            "keeps it to SageMaker's namespaces",
        ),
    )
