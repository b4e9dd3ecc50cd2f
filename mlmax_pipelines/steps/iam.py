"""IAM statements that states need, least privilege.

What comes in: names of jobs, buckets, functions. What goes out: `Statement`s whose
resources are `Fn::Sub` texts; the same ones for the same names. Never: a `*` action; a
`*` resource only with the reason why AWS offers nothing narrower.

Sources: AWS Step Functions Developer Guide, "IAM policies for integrated services";
Service Authorization Reference, Amazon SageMaker.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache

from mlmax_pipelines.compiled import Job
from mlmax_pipelines.declared import Statement

ACCOUNT = "${AWS::Region}:${AWS::AccountId}"


def arn(service: str, resource: str) -> str:
    """An ARN of this partition, region and account."""
    return f"arn:${{AWS::Partition}}:{service}:{ACCOUNT}:{resource}"


def s3_arn(bucket: str, key: str = "") -> str:
    tail = f"/{key}" if key else ""
    return f"arn:${{AWS::Partition}}:s3:::{bucket}{tail}"


def allow(
    actions: Sequence[str], resources: Sequence[str], reason: str, wildcard: str = ""
) -> Statement:
    return Statement(tuple(actions), tuple(resources), reason, wildcard=wildcard)


def ask(job: Job, resource: str, reason: str) -> tuple[Statement, ...]:
    """Ask for a job, tag it, and wait for its end as its pattern does."""
    kind = job.kind
    waits = job.pattern.startswith(".sync")
    actions = [*kind.calls, *(kind.follows if waits else ()), *kind.tags]
    allowed = allow(actions, [resource], reason)
    return (allowed, managed_rule(kind.rule)) if waits and kind.rule else (allowed,)


@cache
def managed_rule(name: str) -> Statement:
    """The EventBridge rule through which a `.sync` task learns that its job ended."""
    rule = arn("events", f"rule/StepFunctionsGetEventsFor{name}Rule")
    actions = ("events:PutTargets", "events:PutRule", "events:DescribeRule")
    return allow(actions, [rule], "waits for its job through a managed rule")


@cache
def pass_role(principal: str, reason: str) -> Statement:
    """Hand the pipeline's job role to the service that runs the job."""
    conditions = {"StringEquals": {"iam:PassedToService": principal}}
    return Statement(("iam:PassRole",), ("${JobRole.Arn}",), reason, conditions)


@cache
def read_objects(bucket: str, keys: tuple[str, ...], reason: str) -> Statement:
    places = [s3_arn(bucket, key) for key in keys]
    return allow(("s3:GetObject",), places, reason)


@cache
def write_objects(bucket: str, keys: tuple[str, ...], reason: str) -> Statement:
    places = [s3_arn(bucket, key) for key in keys]
    return allow(("s3:PutObject", "s3:AbortMultipartUpload"), places, reason)


@cache
def tell_missing(bucket: str) -> Statement:
    """Learn that an object is not there: without this S3 answers 403, not 404 (Amazon
    S3 API Reference, "GetObject")."""
    reason = "tells a missing file from one it may not read"
    return allow(("s3:ListBucket",), [s3_arn(bucket)], reason)


@cache
def list_bucket(bucket: str) -> Statement:
    actions = ("s3:ListBucket", "s3:GetBucketLocation")
    return allow(actions, [s3_arn(bucket)], "finds the files under a prefix")


@cache
def pull_image(repository: str) -> tuple[Statement, ...]:
    """Pull a container image; who owns it differs from region to region."""
    layers = (
        "ecr:BatchCheckLayerAvailability",
        "ecr:BatchGetImage",
        "ecr:GetDownloadUrlForLayer",
    )
    place = f"arn:${{AWS::Partition}}:ecr:${{AWS::Region}}:*:repository/{repository}"
    return (
        allow(layers, [place], "pulls its container image"),
        allow(
            ("ecr:GetAuthorizationToken",),
            ["*"],
            "logs in to the registry of its container image",
            wildcard="ecr:GetAuthorizationToken takes no resource",
        ),
    )


@cache
def see_image(repository: str) -> Statement:
    """Look at a container image, without pulling it."""
    place = f"arn:${{AWS::Partition}}:ecr:${{AWS::Region}}:*:repository/{repository}"
    actions = ("ecr:BatchGetImage", "ecr:DescribeImages")
    return allow(actions, [place], "sees the image it names")
