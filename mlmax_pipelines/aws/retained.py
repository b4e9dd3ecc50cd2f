"""What a deleted stack leaves behind: a bucket of data, groups of models.

What comes in: a stack, or a resource that one left. What goes out: what stays when it
goes, whether that is there still. Never: one deleted that no person asked for.

A stack that takes such resources in says so in an output, so that every later template
is made like its first one. A bucket is the stack's again; a group only stays where it
is, because CloudFormation imports nothing whose id AWS makes up.

Source: "Import AWS resources into a CloudFormation stack automatically" in the
CloudFormation User Guide; `primaryIdentifier` in the resource types' schemas.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple

from mlmax_pipelines.aws import objects, stacks
from mlmax_pipelines.aws.failures import Refused
from mlmax_pipelines.aws.session import Session
from mlmax_pipelines.aws.stacks import Stack
from mlmax_pipelines.base.errors import AwsError
from mlmax_pipelines.base.names import ADOPTED

BUCKET, GROUP = "AWS::S3::Bucket", "AWS::SageMaker::ModelPackageGroup"
_LOOKS = {
    BUCKET: ("s3", "head_bucket", "Bucket"),
    GROUP: ("sagemaker", "describe_model_package_group", "ModelPackageGroupName"),
}
# HeadBucket has no body to tell more in; SageMaker has no code of its own for it.
_MISSING = ("404", "NoSuchBucket", "ValidationException", "ResourceNotFound")


class Kept(NamedTuple):
    """A resource by its type, its name, and its logical id in the shared template."""

    type: str
    name: str
    logical_id: str


def adopted(stack: Stack | None) -> tuple[Kept, ...]:
    """What a stack has taken in. Raises AwsError for an output that somebody wrote."""
    text = stack.outputs.get(ADOPTED, "[]") if stack else "[]"
    try:
        return tuple(Kept(*one) for one in json.loads(text))
    except (TypeError, ValueError):
        raise AwsError(f"output '{ADOPTED}' of the stack is not readable") from None


def is_there(session: Session, one: Kept) -> bool:
    """Whether it still is. Raises Refused when nobody says."""
    if one.type not in _LOOKS:
        return False
    service, operation, key = _LOOKS[one.type]
    try:
        session.call(service, operation, **{key: one.name})
    except Refused as error:
        if error.code in _MISSING:
            return False
        raise
    return True


def kept(session: Session, stack: Stack) -> list[Kept]:
    """What stays when the stack is deleted. Raises Refused."""
    there = {one.logical_id: one for one in adopted(stack)}
    return [
        *{**there, **{one.logical_id: one for one in _own(session, stack)}}.values()
    ]


def _own(session: Session, stack: Stack) -> Iterator[Kept]:
    for stack_id in stacks.nested_ids(session, stack.id).values():
        names = _kept(stacks.template(session, stack_id))
        for item in stacks.resources(session, stack_id):
            if item["LogicalResourceId"] in names:
                physical = item["PhysicalResourceId"]
                yield Kept(item["ResourceType"], physical, item["LogicalResourceId"])


def _kept(template: Mapping[str, Any]) -> set[str]:
    return {
        logical_id
        for logical_id, resource in template["Resources"].items()
        if str(resource.get("DeletionPolicy", "")).startswith("Retain")
    }


def delete(session: Session, kind: str, name: str) -> None:
    """Delete one retained resource and what is in it. Raises AwsError."""
    known = {
        BUCKET: _bucket,
        GROUP: _models,
    }
    if kind not in known:
        raise AwsError(f"'{name}' is left: delete it in the console ({kind})")
    known[kind](session, name)


def _bucket(session: Session, name: str) -> None:
    """Every version of every object, then the bucket."""
    objects.delete(session, name, "")
    session.call("s3", "delete_bucket", Bucket=name)


def _models(session: Session, group: str) -> None:
    """Every model package of a group, then the group."""
    pages = session.pages(
        "sagemaker", "list_model_packages", ModelPackageGroupName=group
    )
    for page in list(pages):
        for one in page["ModelPackageSummaryList"]:
            arn = one["ModelPackageArn"]
            session.call("sagemaker", "delete_model_package", ModelPackageName=arn)
    operation = "delete_model_package_group"
    session.call("sagemaker", operation, ModelPackageGroupName=group)
