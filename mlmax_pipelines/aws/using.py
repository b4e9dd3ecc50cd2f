"""What those need who use a deployed environment: who looks, runs, approves.

What comes in: a policy's scope. What goes out: statements. Never: a right to write for
who only looks.

Sources: "Actions, resources, and condition keys" of each service in the Service
Authorization Reference.
"""

from __future__ import annotations

from collections.abc import Mapping

from mlmax_pipelines.base import layout
from mlmax_pipelines.declared import Need

_LOOK = {
    "FindStack": Need("cloudformation", "DescribeStacks", ("stack/{stack}/*",)),
    "FindExecutions": Need("states", "ListExecutions", ("stateMachine:{stack}-*",)),
    "LookAtExecutions": Need(
        "states",
        "DescribeExecution DescribeStateMachineForExecution GetExecutionHistory",
        ("execution:{stack}-*",),
    ),
    "FindFiles": Need("s3", "ListBucket ListBucketVersions", ("{made}", "{bucket}")),
    "ReadFiles": Need(
        "s3",
        "GetObject GetObjectVersion",
        ("{made}/*", "{bucket}/code/*", "{bucket}/data/*", "{bucket}/deployments/*"),
    ),
    "FindLogs": Need(
        "logs",
        "DescribeLogStreams",
        ("log-group:/aws/sagemaker/*", "log-group:/aws/lambda/{made}"),
    ),
    "ReadLogs": Need(
        "logs",
        "GetLogEvents",
        (
            "log-group:/aws/sagemaker/*:log-stream:{owner}-*",
            "log-group:/aws/lambda/{made}:log-stream:*",
        ),
    ),
    "CountModels": Need("sagemaker", "ListModels", ("*",)),
}
_RUN = {
    **_LOOK,
    "StartExecutions": Need("states", "StartExecution", ("stateMachine:{stack}-*",)),
    "SteerExecutions": Need(
        "states", "RedriveExecution StopExecution", ("execution:{stack}-*",)
    ),
    # Inputs that are files, the evidence of what was started, and who says so; but not
    # what the recorder writes.
    "WriteFiles": Need(
        "s3",
        "PutObject",
        ("{bucket}/data/*", "{made}/*/evidence.json", "{made}/_records/*/claimed.json"),
    ),
}
_APPROVE = {
    "FindModels": Need(
        "sagemaker", "ListModelPackages", ("model-package-group/{stack}-*",)
    ),
    "ApproveModels": Need(
        "sagemaker",
        "DescribeModelPackage UpdateModelPackage",
        ("model-package/{stack}-*/*",),
    ),
}
_LOOK_AT_MODELS = {
    "FindGroups": Need("sagemaker", "ListModelPackageGroups", ("*",)),
    "FindModels": _APPROVE["FindModels"],
    "LookAtModels": Need(
        "sagemaker", "DescribeModelPackage", ("model-package/{stack}-*/*",)
    ),
}
_PRUNE = {
    **_LOOK,
    **_LOOK_AT_MODELS,
    "SeeStacks": Need("cloudformation", "DescribeStacks", ("*",)),
    "ReadTexts": Need(
        "s3",
        "GetObject",
        ("{bucket}/templates/*", "{bucket}/definitions/*", "{bucket}/packages/*"),
    ),
    "DeleteLogs": Need(
        "logs",
        "DeleteLogStream",
        ("log-group:/aws/sagemaker/*:log-stream:{owner}-*",),
    ),
    # What executions wrote, and what deployments were made of; but no record of either.
    "DeleteFiles": Need(
        "s3",
        "DeleteObject DeleteObjectVersion",
        ("{made}/*", *(f"{{bucket}}/{key}*" for key in layout.OF_DEPLOYMENTS)),
    ),
}
# Who -> what they need, by the name of its statement.
USES: Mapping[str, Mapping[str, Need]] = {
    "run": _RUN,
    "look": _LOOK,
    "approve": _APPROVE,
    "prune": _PRUNE,
}
# What whoever deploys asks AWS for, besides what CloudFormation does in their name: its
# stacks and their change sets, which are found by their stack; other stacks' names; and
# what runs while a permission goes.
DEPLOYS: Mapping[str, Need] = {
    "DeployStacks": Need(
        "cloudformation",
        "CancelUpdateStack ContinueUpdateRollback CreateChangeSet DeleteChangeSet "
        "DeleteStack DescribeChangeSet DescribeStackEvents DescribeStacks "
        "ExecuteChangeSet GetTemplate ListChangeSets ListStackResources TagResource "
        "UntagResource",
        ("stack/{stack}/*", "stack/{stack}-*/*"),
    ),
    # When their code is to lie in another bucket: whether versions need what is there.
    **_LOOK_AT_MODELS,
    "ListStacks": Need("cloudformation", "ListStacks", ("*",)),
    "ListExecutions": Need("states", "ListExecutions", ("stateMachine:{stack}-*",)),
}
