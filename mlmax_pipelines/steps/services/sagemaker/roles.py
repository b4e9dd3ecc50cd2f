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
from mlmax_pipelines.steps import iam, places
from mlmax_pipelines.steps.context import BuildContext
from mlmax_pipelines.steps.contract import InputPort, ResolvedStep
from mlmax_pipelines.steps.mentions import mentioned
from mlmax_pipelines.steps.services.sagemaker import names

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
        *places.reads(_reads(step, context), context),
        iam.read_objects(code, shipped, "reads code and shipped data"),
        iam.write_objects(artifacts, (folder,), "writes its outputs"),
        iam.list_bucket(artifacts),
        iam.list_bucket(code),
        *iam.pull_image(repository(image)),
        *_write_logs(kind.log_group, names.jobs_prefix(context)),
    )


def write_to(output: InputPort, context: BuildContext) -> Iterator[Statement]:
    """The places that a step is told to write to, as far as the spec names them.

    One known only at run time is one the environment allows.
    """
    for place in places.places(output.value, context):
        if place.why in ("", places.OUTPUTS):
            reason = "writes where it is told to"
            yield iam.write_objects(place.bucket, (place.key,), reason)


def _reads(step: ResolvedStep, context: BuildContext) -> Iterator[places.Place]:
    """Where its inputs may be, and what its texts name."""
    for port in step.inputs.values():
        for place in _places(port, context):
            why = place.why or f"reads its input '{port.name}'"
            yield places.Place(place.bucket, place.key, why)
    yield from mentioned(step, context)


def _places(port: InputPort, context: BuildContext) -> list[places.Place]:
    if port.name == "model_package":
        return [places.registry(context)]
    if port.type not in _ANYWHERE:
        return []
    return places.places(port.value, context)


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
