"""What is still referred to: by versions of models, deployments, what runs.

What comes in: a stack, what was deployed to a bucket. What goes out: texts that name
objects, and the names in them. Never: a reference guessed from a name.

Everything of a deployment is named by what is in it: a text that names it, names its
digest. So what is needed is all that can be reached from what is kept.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator

from mlmax_pipelines.aws import deployments
from mlmax_pipelines.aws.session import Session
from mlmax_pipelines.base import layout
from mlmax_pipelines.base.errors import AwsError
from mlmax_pipelines.base.names import execution_tag

_KEY = re.compile(rf"(?:{'|'.join(layout.OF_DEPLOYMENTS)})[0-9a-f]{{64}}")
# What may name more: nested templates, their definitions.
_TEXTS = (layout.DEFINITIONS, layout.TEMPLATES)


def of_models(session: Session, prefix: str) -> Iterator[tuple[str, str]]:
    """All that each version of a model says, with its ARN; of the groups whose names
    begin so. Raises Refused."""
    groups = session.pages(
        "sagemaker", "list_model_package_groups", NameContains=prefix
    )
    for group in (
        one for page in groups for one in page["ModelPackageGroupSummaryList"]
    ):
        name = group["ModelPackageGroupName"]
        if not name.startswith(prefix):
            continue
        pages = session.pages(
            "sagemaker", "list_model_packages", ModelPackageGroupName=name
        )
        for one in (one for page in pages for one in page["ModelPackageSummaryList"]):
            arn = one["ModelPackageArn"]
            told = session.call(
                "sagemaker", "describe_model_package", ModelPackageName=arn
            )
            told.pop("ResponseMetadata", None)
            yield arn, json.dumps(told, default=str)


def of_running(session: Session, machine: str, pipeline: str) -> Iterator[str]:
    """Of each execution of a machine that runs, where it writes, and its input."""
    pages = session.pages(
        "stepfunctions",
        "list_executions",
        stateMachineArn=machine,
        statusFilter="RUNNING",
    )
    for one in (one for page in pages for one in page["executions"]):
        told = session.call(
            "stepfunctions", "describe_execution", executionArn=one["executionArn"]
        )
        yield layout.execution(pipeline, execution_tag(one["name"]))
        yield str(told.get("input", ""))


def keys_in(text: str) -> set[str]:
    """The keys of a bucket of code that a text names, as far as they tell what is in
    them: `code/<digest>`."""
    return set(_KEY.findall(text))


def of_deployments(session: Session, bucket: str, since: float) -> set[str]:
    """The keys that deployments to any stack need which were in force at some time
    since then. Raises AwsError for a stack of which nothing is recorded."""
    needed: set[str] = set()
    for stack in _stacks(session, bucket):
        for record in _in_force(session, bucket, stack, since):
            needed |= keys_in(json.dumps([record["parameters"], record["root"]]))
    return reached(session, bucket, needed)


def reached(session: Session, bucket: str, needed: Iterable[str]) -> set[str]:
    """These keys, and those that what is there names, and so on."""
    found: set[str] = set()
    waiting = [*needed]
    while waiting:
        key = waiting.pop()
        if key in found:
            continue
        found.add(key)
        if key.startswith(_TEXTS):
            waiting += keys_in(text_of(session, bucket, key))
    return found


def text_of(session: Session, bucket: str, key: str) -> str:
    """The text of the object whose key begins so; "" for one that is gone."""
    given = {"Bucket": bucket, "Prefix": key, "MaxKeys": 1}
    listed = session.call("s3", "list_objects_v2", **given).get("Contents", ())
    for item in listed:
        answer = session.call("s3", "get_object", Bucket=bucket, Key=item["Key"])
        return bytes(answer["Body"].read()).decode()
    return ""


def _stacks(session: Session, bucket: str) -> list[str]:
    """The stacks that were deployed from a bucket; each of those that are there is
    recorded. Raises AwsError."""
    given = {"Bucket": bucket, "Prefix": deployments.FOLDER, "Delimiter": "/"}
    pages = session.pages("s3", "list_objects_v2", **given)
    found = [one for page in pages for one in page.get("CommonPrefixes", ())]
    recorded = {one["Prefix"].split("/")[1] for one in found}
    for page in session.pages("cloudformation", "describe_stacks"):
        for one in page["Stacks"]:
            uses = ("CodeBucket", bucket) in (
                (p["ParameterKey"], p.get("ParameterValue"))
                for p in one.get("Parameters", ())
            )
            known = f"{one['StackName']}-".startswith(tuple(f"{n}-" for n in recorded))
            if uses and "ParentId" not in one and not known:
                raise AwsError(
                    f"of stack '{one['StackName']}', which has its code in bucket "
                    f"'{bucket}', no deployment is recorded: nobody can say what it "
                    "needs",
                    hint="deploy it once with this release",
                )
    return sorted(recorded)


def _in_force(
    session: Session, bucket: str, stack: str, since: float
) -> Iterator[dict[str, object]]:
    """The newest record of those before a time, and all after it."""
    known = deployments.ids(session, bucket, stack)
    start = deployments.moment(since)
    before = [id for id in known if id < start]
    for id in [*before[-1:], *(id for id in known if id >= start)]:
        record = deployments.read(session, bucket, stack, id)
        if record is None:
            text = f"the record '{id}' of stack '{stack}' cannot be read"
            raise AwsError(text, hint=f"it is in bucket '{bucket}'")
        yield record
