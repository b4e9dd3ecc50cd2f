"""The template of what all pipelines of an environment share.

What comes in: compiled pipelines. What goes out: the bucket for what executions
write, the model package groups, the topic for alerts, a dashboard, if there is to be
one. Never: anything that a deployment would delete with data in it.
"""

from __future__ import annotations

from typing import Any, Mapping, Sequence

from mlmax_pipelines.base.limits import check_template
from mlmax_pipelines.base.names import PREFIX
from mlmax_pipelines.cloudformation import (
    alarms,
    brought,
    budget,
    dashboard,
    letters,
    parameters,
    recorder,
    roles,
    slots,
)
from mlmax_pipelines.cloudformation.brought import KEEP, TAKEN
from mlmax_pipelines.cloudformation.findings import answered
from mlmax_pipelines.cloudformation.machine import environment_tags
from mlmax_pipelines.cloudformation.parameters import Field
from mlmax_pipelines.cloudformation.shape import Shape
from mlmax_pipelines.cloudformation.tags import (
    get_att,
    given,
    ref,
    references,
    sub,
    when,
)
from mlmax_pipelines.compiled import CompiledPipeline

NAME = "shared"
ACCESS_LOGS = "AccessLogBucket"
HAS_ACCESS_LOGS = "HasAccessLogBucket"
_DAYS_OF_OLD_VERSIONS = 30
_DAYS_OF_UPLOADS = 7
FIELDS = (
    Field(
        "ArchiveAfterDays",
        "Deployment",
        "ArchiveAfterDays",
        {
            "Type": "Number",
            "Description": "Age in days at which data of executions moves to "
            "Intelligent-Tiering; nothing is deleted, because registered models "
            "point to it",
            "Default": 90,
            "MinValue": 1,
        },
    ),
)


def build(pipelines: Sequence[CompiledPipeline], shape: Shape) -> dict[str, Any]:
    """The shared template."""
    resources = {
        "ArtifactBucket": _bucket(shape),
        "ArtifactBucketPolicy": _tls_only(),
        **brought.shared(pipelines, shape),
        **alarms.topic(shape, budget.publishes(shape)),
        **budget.budget(shape),
        letters.QUEUE: letters.queue(),
        **alarms.of_letters(),
        **({"Dashboard": dashboard.dashboard(pipelines)} if shape.dashboard else {}),
        **slots.table(pipelines),
        **recorder.recorder(pipelines, shape),
    }
    conditions = {
        **alarms.conditions(),
        HAS_ACCESS_LOGS: given(ACCESS_LOGS),
        **roles.conditions(resources),
    }
    declared, interface = _declared(resources, conditions)
    template = {
        "AWSTemplateFormatVersion": "2010-09-09",
        "Description": "What the pipelines share: bucket, models, alerts, dashboard",
        "Metadata": interface,
        "Parameters": declared,
        "Conditions": conditions,
        "Resources": answered(resources),
        "Outputs": {
            "ArtifactBucket": {
                "Description": "Bucket for what executions write",
                "Value": ref("ArtifactBucket"),
            },
            alarms.TOPIC: {
                "Description": "Topic that is told of executions that fail",
                "Value": alarms.topic_arn(),
            },
        },
    }
    check_template(f"{NAME}.yaml", template)
    return template


def _declared(
    resources: Mapping[str, Any], conditions: Mapping[str, Any]
) -> tuple[dict[str, Any], dict[str, Any]]:
    """The parameters that these refer to, and their groups for the console."""
    names = {*references([resources, conditions])} - {*resources}
    return parameters.section([*parameters.deployment(names), *FIELDS])


def _bucket(shape: Shape) -> dict[str, Any]:
    """Encrypted, private, versioned; old data moves to cheaper storage."""
    block = (
        "BlockPublicAcls",
        "BlockPublicPolicy",
        "IgnorePublicAcls",
        "RestrictPublicBuckets",
    )
    taken = shape.takes_in("ArtifactBucket")
    return {
        "Type": "AWS::S3::Bucket",
        **(TAKEN if taken else KEEP),
        "Properties": {
            **({"BucketName": taken} if taken else {}),
            "BucketEncryption": {
                "ServerSideEncryptionConfiguration": [_encryption(shape)]
            },
            "LifecycleConfiguration": {"Rules": _lifecycle()},
            "LoggingConfiguration": when(HAS_ACCESS_LOGS, _access_logs()),
            "OwnershipControls": {
                "Rules": [{"ObjectOwnership": "BucketOwnerEnforced"}]
            },
            "PublicAccessBlockConfiguration": dict.fromkeys(block, True),
            "VersioningConfiguration": {"Status": "Enabled"},
            "Tags": environment_tags(),
        },
    }


def _access_logs() -> dict[str, Any]:
    """Amazon S3 User Guide, "Logging requests with server access logging": the bucket
    is one of the same account and region, whose policy lets S3 write."""
    return {
        "DestinationBucketName": ref(ACCESS_LOGS),
        "LogFilePrefix": sub(f"{PREFIX}/"),
    }


def _encryption(shape: Shape) -> dict[str, Any]:
    if not shape.kms:
        return {"ServerSideEncryptionByDefault": {"SSEAlgorithm": "AES256"}}
    key = {"SSEAlgorithm": "aws:kms", "KMSMasterKeyID": ref("KmsKeyArn")}
    # One request to KMS for many objects instead of one for each.
    return {"ServerSideEncryptionByDefault": key, "BucketKeyEnabled": True}


def _lifecycle() -> list[dict[str, Any]]:
    tiering = {
        "StorageClass": "INTELLIGENT_TIERING",
        "TransitionInDays": ref("ArchiveAfterDays"),
    }
    return [
        {"Id": "ArchiveOldExecutions", "Status": "Enabled", "Transitions": [tiering]},
        {
            "Id": "DropWhatWasReplaced",
            "Status": "Enabled",
            "NoncurrentVersionExpiration": {"NoncurrentDays": _DAYS_OF_OLD_VERSIONS},
            "AbortIncompleteMultipartUpload": {"DaysAfterInitiation": _DAYS_OF_UPLOADS},
        },
    ]


def _tls_only() -> dict[str, Any]:
    refuse = {
        "Sid": "RefusePlainHttp",
        "Effect": "Deny",
        "Principal": "*",
        "Action": "s3:*",
        "Resource": [get_att("ArtifactBucket"), sub("${ArtifactBucket.Arn}/*")],
        "Condition": {"Bool": {"aws:SecureTransport": "false"}},
    }
    return {
        "Type": "AWS::S3::BucketPolicy",
        "Properties": {
            "Bucket": ref("ArtifactBucket"),
            "PolicyDocument": {"Version": "2012-10-17", "Statement": [refuse]},
        },
    }
