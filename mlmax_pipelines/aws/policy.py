"""The IAM policy that whoever deploys needs, worked out from the templates.

What comes in: the templates of a project, a stack's name, a bucket. What goes out: one
policy document. Never: a `*` action, or a resource that is not the deployment's own
(CloudFormation begins the names it makes up with the stack's), but where AWS knows no
resource to name.

Sources: the permissions that CloudFormation's resource type schemas name for each
handler; "Actions, resources, and condition keys for AWS services" in the Service
Authorization Reference.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from mlmax_pipelines.aws import templates
from mlmax_pipelines.base.errors import PipelineError
from mlmax_pipelines.declared import ResourceKind

_UPLOADED = ("code", "data", "definitions", "packages", "templates")
# Who takes over a role that every template makes.
_PASSED_TO = {"scheduler.amazonaws.com", "states.amazonaws.com"}


@dataclass(frozen=True)
class Scope:
    """Where a policy applies; `account` may be `*`, `key` a KMS key's ARN or ""."""

    stack: str
    bucket: str
    partition: str
    region: str
    account: str = "*"
    key: str = ""

    def arn(self, service: str, resource: str) -> str:
        return f"arn:{self.partition}:{service}:{self.region}:{self.account}:{resource}"

    @property
    def roles(self) -> str:
        return f"arn:{self.partition}:iam::{self.account}:role/{self.stack}-*"

    @property
    def buckets(self) -> str:
        # A bucket's name has no capitals.
        return f"arn:{self.partition}:s3:::{self.stack.lower()}-*"


@dataclass(frozen=True)
class _Needs:
    """What making, changing and deleting resources of a type takes."""

    service: str
    actions: str
    resources: tuple[str, ...]


# The resource is what follows the account in an ARN; {stack} is the stack's name.
_TYPES: Mapping[str, _Needs] = {
    "AWS::CloudWatch::Alarm": _Needs(
        "cloudwatch",
        "PutMetricAlarm DescribeAlarms DeleteAlarms "
        "TagResource UntagResource ListTagsForResource",
        ("alarm:{stack}-*",),
    ),
    "AWS::IAM::Role": _Needs(
        "iam",
        "CreateRole GetRole UpdateRole UpdateRoleDescription DeleteRole "
        "UpdateAssumeRolePolicy GetRolePolicy PutRolePolicy DeleteRolePolicy "
        "ListRolePolicies ListAttachedRolePolicies PutRolePermissionsBoundary "
        "DeleteRolePermissionsBoundary TagRole UntagRole",
        (),
    ),
    "AWS::Logs::LogGroup": _Needs(
        "logs",
        "CreateLogGroup DeleteLogGroup PutRetentionPolicy DeleteRetentionPolicy "
        "TagResource UntagResource ListTagsForResource",
        (
            "log-group:/aws/vendedlogs/states/{stack}-*",
            "log-group:/aws/lambda/{stack}-*",
        ),
    ),
    "AWS::S3::Bucket": _Needs(
        "s3",
        "CreateBucket DeleteBucket ListBucket PutBucketTagging GetBucketTagging "
        "PutEncryptionConfiguration GetEncryptionConfiguration "
        "PutLifecycleConfiguration GetLifecycleConfiguration "
        "PutBucketOwnershipControls GetBucketOwnershipControls "
        "PutBucketPublicAccessBlock GetBucketPublicAccessBlock "
        "PutBucketVersioning GetBucketVersioning",
        (),
    ),
    "AWS::S3::BucketPolicy": _Needs(
        "s3", "GetBucketPolicy PutBucketPolicy DeleteBucketPolicy", ()
    ),
    "AWS::SNS::Subscription": _Needs("sns", "Subscribe", ("{stack}-*",)),
    "AWS::SNS::Topic": _Needs(
        "sns",
        "CreateTopic DeleteTopic GetTopicAttributes SetTopicAttributes "
        "ListSubscriptionsByTopic TagResource UntagResource ListTagsForResource",
        ("{stack}-*",),
    ),
    "AWS::SNS::TopicPolicy": _Needs("sns", "SetTopicAttributes", ("{stack}-*",)),
    "AWS::Scheduler::Schedule": _Needs(
        "scheduler",
        "CreateSchedule GetSchedule UpdateSchedule DeleteSchedule",
        ("schedule/default/{stack}-*",),
    ),
    "AWS::StepFunctions::StateMachine": _Needs(
        "states",
        "CreateStateMachine DescribeStateMachine UpdateStateMachine "
        "DeleteStateMachine TagResource UntagResource ListTagsForResource",
        ("stateMachine:{stack}-*",),
    ),
}
# What deploying a type takes besides, of actions that take no resource.
_ANYWHERE = {
    "AWS::SNS::Subscription": (
        "sns",
        "GetSubscriptionAttributes SetSubscriptionAttributes Unsubscribe",
    )
}
# Not in a region: its ARN has none.
_DASHBOARD = "AWS::CloudWatch::Dashboard"


def document(
    files: Mapping[str, bytes], scope: Scope, kinds: Iterable[ResourceKind]
) -> dict[str, Any]:
    """The policy for deploying these templates to a stack; `kinds` are those of the
    resources that steps brought along, which say themselves what they take.

    Raises PipelineError for a resource type that it knows nothing of.
    """
    found = {
        resource["Type"]
        for name, content in files.items()
        if name.endswith(".yaml")
        for resource in templates.parse(content)["Resources"].values()
    }
    statements = [*_upload(scope), *_stacks(scope)]
    brought = {kind.type: kind for kind in kinds}
    for type in sorted(found - {templates.STACK}):
        if type in brought:
            statements.append(_of_kind(brought[type], scope))
        else:
            statements.append(_of_type(type, scope))
        if type in _ANYWHERE:
            actions = _named(*_ANYWHERE[type])
            statements.append(_allow(f"{_sid(type)}Anywhere", actions, ["*"]))
    if "AWS::IAM::Role" in found:
        principals = {kind.principal for kind in brought.values() if kind.principal}
        statements.append(_pass_roles(scope, sorted(principals | _PASSED_TO)))
    if scope.key:
        names = "DescribeKey CreateGrant Decrypt GenerateDataKey"
        statements.append(_allow("UseKey", _named("kms", names), [scope.key]))
    return {"Version": "2012-10-17", "Statement": statements}


def _upload(scope: Scope) -> Iterable[dict[str, Any]]:
    bucket = f"arn:{scope.partition}:s3:::{scope.bucket}"
    yield _allow("FindUploads", ["s3:ListBucket"], [bucket])
    actions = ["s3:PutObject", "s3:GetObject", "s3:AbortMultipartUpload"]
    yield _allow("Upload", actions, [f"{bucket}/{folder}/*" for folder in _UPLOADED])


def _stacks(scope: Scope) -> Iterable[dict[str, Any]]:
    names = (
        "CancelUpdateStack ContinueUpdateRollback CreateChangeSet CreateStack "
        "DeleteChangeSet DeleteStack DescribeChangeSet DescribeStackEvents "
        "DescribeStacks ExecuteChangeSet GetTemplate ListStackResources TagResource "
        "UntagResource UpdateStack"
    )
    places = [f"stack/{scope.stack}/*", f"stack/{scope.stack}-*/*"]
    resources = [scope.arn("cloudformation", place) for place in places]
    yield _allow("DeployStacks", _named("cloudformation", names), resources)
    # The change sets of nested stacks are read by their own names.
    names = "DescribeChangeSet TagResource UntagResource"
    change_sets = [scope.arn("cloudformation", "changeSet/deploy-*")]
    yield _allow("ReadChangeSets", _named("cloudformation", names), change_sets)


def _of_type(type: str, scope: Scope) -> dict[str, Any]:
    sid = _sid(type)
    if type == _DASHBOARD:
        actions = _named("cloudwatch", "PutDashboard GetDashboard DeleteDashboards")
        place = f"arn:{scope.partition}:cloudwatch::{scope.account}:dashboard"
        return _allow(sid, actions, [f"{place}/{scope.stack}"])
    if type not in _TYPES:
        raise PipelineError(f"it is not known what deploying '{type}' takes")
    needs = _TYPES[type]
    places = [text.format(stack=scope.stack) for text in needs.resources]
    resources = [scope.arn(needs.service, place) for place in places]
    own = {"iam": scope.roles, "s3": scope.buckets}
    resources = resources or [own[needs.service]]
    return _allow(sid, _named(needs.service, needs.actions), resources)


def _of_kind(kind: ResourceKind, scope: Scope) -> dict[str, Any]:
    """What deploying a resource takes that a step brought along."""
    places = [place.format(stack=scope.stack) for place in kind.deployed]
    service = kind.arn[0]
    return _allow(_sid(kind.type), kind.deploy, [scope.arn(service, p) for p in places])


def _sid(type: str) -> str:
    return type.replace("AWS::", "").replace("::", "")


def _pass_roles(scope: Scope, services: Sequence[str]) -> dict[str, Any]:
    """Roles may be handed to the services that the templates hand them to."""
    passed = _allow("PassRoles", ["iam:PassRole"], [scope.roles])
    return {**passed, "Condition": {"StringEquals": {"iam:PassedToService": services}}}


def _named(service: str, names: str) -> list[str]:
    return [f"{service}:{name}" for name in names.split()]


def _allow(
    sid: str, actions: Sequence[str], resources: Sequence[str]
) -> dict[str, Any]:
    return {
        "Sid": sid,
        "Effect": "Allow",
        "Action": sorted(actions),
        "Resource": list(resources),
    }
