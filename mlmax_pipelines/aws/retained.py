"""What a deleted stack leaves behind: a bucket of data, groups of models.

What comes in: a type and a name of CloudFormation's. What goes out: nothing; they are
gone. Never: called without a person having asked for it.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from mlmax_pipelines.aws import stacks
from mlmax_pipelines.aws.session import Session
from mlmax_pipelines.aws.stacks import Stack
from mlmax_pipelines.base.errors import AwsError

_AT_ONCE = 1000


def kept(session: Session, stack: Stack) -> list[tuple[str, str]]:
    """Type and physical id of what stays when the stack is deleted."""
    found = []
    for stack_id in stacks.nested_ids(session, stack.id).values():
        names = _kept(stacks.template(session, stack_id))
        pages = session.pages(
            "cloudformation", "list_stack_resources", StackName=stack_id
        )
        for item in (one for page in pages for one in page["StackResourceSummaries"]):
            if item["LogicalResourceId"] in names:
                found.append((item["ResourceType"], item["PhysicalResourceId"]))
    return found


def _kept(template: Mapping[str, Any]) -> set[str]:
    return {
        logical_id
        for logical_id, resource in template["Resources"].items()
        if str(resource.get("DeletionPolicy", "")).startswith("Retain")
    }


def delete(session: Session, kind: str, name: str) -> None:
    """Delete one retained resource and what is in it. Raises AwsError."""
    known = {
        "AWS::S3::Bucket": _bucket,
        "AWS::SageMaker::ModelPackageGroup": _models,
    }
    if kind not in known:
        raise AwsError(f"'{name}' is left: delete it in the console ({kind})")
    known[kind](session, name)


def _bucket(session: Session, name: str) -> None:
    """Every version of every object, then the bucket."""
    for page in session.pages("s3", "list_object_versions", Bucket=name):
        found = [*page.get("Versions", ()), *page.get("DeleteMarkers", ())]
        keys = [{"Key": one["Key"], "VersionId": one["VersionId"]} for one in found]
        for start in range(0, len(keys), _AT_ONCE):
            batch = {"Objects": keys[start : start + _AT_ONCE], "Quiet": True}
            answer = session.call("s3", "delete_objects", Bucket=name, Delete=batch)
            _check(answer, name)
    session.call("s3", "delete_bucket", Bucket=name)


def _check(answer: Any, bucket: str) -> None:
    if errors := answer.get("Errors"):
        first = errors[0]
        raise AwsError(
            f"cannot empty bucket '{bucket}': {first['Key']}: {first.get('Message')}"
        )


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
