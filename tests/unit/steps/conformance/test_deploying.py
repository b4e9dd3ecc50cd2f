"""What deploying takes: all that CloudFormation's handlers ask for, on what is ours.

The handlers' permissions are those of the CloudFormation registry's schemas, which
cfn-lint ships; names that CloudFormation makes up are made as it makes them.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import replace
from functools import cache
from typing import Any

import pytest
from cfnlint.schema import PROVIDER_SCHEMA_MANAGER

from mlmax_pipelines.aws import policy
from mlmax_pipelines.aws.handlers import HANDLERS
from mlmax_pipelines.aws.policy import Scope
from mlmax_pipelines.aws.views import Name, View
from mlmax_pipelines.base.errors import PipelineError
from mlmax_pipelines.cloudformation.shape import DEFAULT, Shape
from mlmax_pipelines.cloudformation.templates import render
from mlmax_pipelines.compiled import Slots
from mlmax_pipelines.declared import LISTING, NO_ACTION, NO_PROPERTY, Need, ResourceKind
from tests.unit.cloudformation.conftest import DAILY
from tests.unit.cloudformation.deployed import ALL, deployed
from tests.unit.steps.conformance import iam_reference
from tests.unit.steps.conformance.conftest import PROTECTED, Compiled

ACCOUNT, REGION = "123456789012", "eu-west-1"
KEY = f"arn:aws:kms:{REGION}:{ACCOUNT}:key/k"
BOUNDARY = f"arn:aws:iam::{ACCOUNT}:policy/bounds"
STACK = "AWS::CloudFormation::Stack"
# Type -> its ARN without what precedes the name; the property that names it, or the
# longest name that CloudFormation may make up.
OURS: Mapping[str, tuple[str, str | int]] = {
    STACK: (f"arn:aws:cloudformation:{REGION}:{ACCOUNT}:stack/%s/uuid", 128),
    "AWS::Budgets::Budget": (f"arn:aws:budgets::{ACCOUNT}:budget/%s", "Budget"),
    "AWS::CloudWatch::Alarm": (
        f"arn:aws:cloudwatch:{REGION}:{ACCOUNT}:alarm:%s",
        "AlarmName",
    ),
    "AWS::CloudWatch::Dashboard": (
        f"arn:aws:cloudwatch::{ACCOUNT}:dashboard/%s",
        "DashboardName",
    ),
    "AWS::DynamoDB::Table": (
        f"arn:aws:dynamodb:{REGION}:{ACCOUNT}:table/%s",
        "TableName",
    ),
    "AWS::Events::Rule": (f"arn:aws:events:{REGION}:{ACCOUNT}:rule/%s", "Name"),
    "AWS::SQS::Queue": (f"arn:aws:sqs:{REGION}:{ACCOUNT}:%s", "QueueName"),
    "AWS::IAM::Role": (f"arn:aws:iam::{ACCOUNT}:role/%s", 64),
    "AWS::Lambda::Function": (f"arn:aws:lambda:{REGION}:{ACCOUNT}:function:%s", 64),
    "AWS::Logs::LogGroup": (
        f"arn:aws:logs:{REGION}:{ACCOUNT}:log-group:%s",
        "LogGroupName",
    ),
    "AWS::S3::Bucket": ("arn:aws:s3:::%s", 63),
    "AWS::SNS::Topic": (f"arn:aws:sns:{REGION}:{ACCOUNT}:%s", "TopicName"),
    "AWS::SageMaker::ModelPackageGroup": (
        f"arn:aws:sagemaker:{REGION}:{ACCOUNT}:model-package-group/%s",
        "ModelPackageGroupName",
    ),
    "AWS::Scheduler::Schedule": (
        f"arn:aws:scheduler:{REGION}:{ACCOUNT}:schedule/default/%s",
        64,
    ),
    "AWS::StepFunctions::StateMachine": (
        f"arn:aws:states:{REGION}:{ACCOUNT}:stateMachine:%s",
        "StateMachineName",
    ),
}
# Handlers of these ask for what belongs to another resource.
OF = {
    "AWS::S3::BucketPolicy": "AWS::S3::Bucket",
    "AWS::SQS::QueuePolicy": "AWS::SQS::Queue",
    "AWS::SNS::Subscription": "AWS::SNS::Topic",
    "AWS::SNS::TopicPolicy": "AWS::SNS::Topic",
}
WORDS = {LISTING, NO_ACTION, NO_PROPERTY}


def made_up(stack: str, logical_id: str, longest: int) -> str:
    """A name as CloudFormation makes it: what does not fit is cut, half and half."""
    end = "a1b2c3d4e5f6"
    whole = f"{stack}-{logical_id}-{end}"
    if len(whole) > longest:
        room = longest - len(end) - 2
        half = room // 2
        whole = f"{stack[: room - half]}-{logical_id[:half]}-{end}"
    return whole


class Deployed:
    """The policies of every kind of step, and all that its templates make."""

    def __init__(
        self, compiled: Compiled, stack: str, shape: Shape, boundary: str = ""
    ) -> None:
        pipelines = [
            replace(one, schedules=(DAILY,), slots=Slots(1))
            for one in compiled.values()
        ]
        self.kinds = {r.kind.type: r.kind for p in pipelines for r in p.resources}
        files = render(pipelines, shape)
        key = KEY if shape.kms else ""
        scope = Scope(stack, "code", "aws", REGION, ACCOUNT, key, boundary)
        self.stack = stack
        self.rendered = policy._rendered(files)
        self.documents = policy.documents(files, scope, self.kinds.values())
        self.view: View = deployed(files, "dev", stack)

    @property
    def statements(self) -> Iterator[Mapping[str, Any]]:
        for document in self.documents:
            yield from document["Statement"]

    def arns(self, type: str) -> Iterator[str]:
        form, named = OURS[OF.get(type, type)]
        if type == STACK:
            yield form % self.stack
            yield form % self.nested(Name("Shared", ""))
            return
        for name, properties in self.view.of_type(OF.get(type, type)).items():
            own = isinstance(named, str)
            text = properties[named] if own else self.made(name, int(named))
            text = text["BudgetName"] if isinstance(text, dict) else text
            yield form % (text.lower() if "s3" in form else text)

    def nested(self, name: Name) -> str:
        return made_up(self.stack, name.stack, 128)

    def made(self, name: Name, longest: int) -> str:
        return made_up(self.nested(name), name.logical_id, longest)

    def allows(self, action: str, arn: str = "") -> bool:
        return any(
            action in one["Action"]
            and (not arn or any(_covers(r, arn) for r in one["Resource"]))
            for one in self.statements
        )

    def needs(self, type: str) -> tuple[Need, ...]:
        found = self.kinds.get(type)
        return found.deploy if found else HANDLERS[type]

    def missing(self) -> Iterator[str]:
        """What handlers name that is neither allowed on ours nor listed."""
        for type in self.rendered:
            needs = [need for need in self.needs(type) if need.places]
            own = {need.service for need in needs if not need.properties}
            for action in asked(type) - self.listed(type):
                here = action.partition(":")[0] in own
                for place in self.arns(type) if here else [""]:
                    if not self.allows(action, place):
                        yield f"{type}: {action} on {place}"

    def listed(self, type: str) -> set[str]:
        """What no template of this shape needs, as declared."""
        return {
            f"{need.service}:{action}"
            for need in self.needs(type)
            if need.properties and not self.rendered[type].intersection(need.properties)
            for action in need.actions.split()
        }


def _covers(pattern: str, arn: str) -> bool:
    return bool(re.fullmatch(re.escape(pattern).replace(r"\*", ".*"), arn))


@cache
def schema(type: str) -> Mapping[str, Any]:
    found: Mapping[str, Any] = PROVIDER_SCHEMA_MANAGER.get_resource_schema(
        REGION, type
    ).schema
    return found


def asked(type: str) -> set[str]:
    """What the handlers of a type name, and tagging it."""
    handlers = schema(type)["handlers"].values()
    found = {action for handler in handlers for action in handler["permissions"]}
    return found | set(schema(type).get("tagging", {}).get("permissions", ()))


SHAPES = pytest.mark.parametrize(
    "shape", ALL, ids=["plain", "seen", "vpc", "key", "both"]
)
STACKS = pytest.mark.parametrize("stack", ["ml-dev", "a-rather-long-name-" + "x" * 18])


@STACKS
@SHAPES
def test_every_action_that_a_handler_names_is_allowed_on_ours_or_listed(
    stack: str, shape: Shape, compiled: Compiled
) -> None:
    missing = [*Deployed(compiled, stack, shape).missing()]
    assert not missing, "\n".join(sorted(missing))


@SHAPES
def test_nothing_is_allowed_to_handlers_that_they_do_not_name(
    shape: Shape, compiled: Compiled
) -> None:
    found = Deployed(compiled, "ml-dev", shape)
    for type in found.rendered:
        named = {
            f"{n.service}:{a}" for n in found.needs(type) for a in n.actions.split()
        }
        assert named <= asked(type), f"{type}: {named - asked(type)}"


def test_what_is_listed_says_a_property_that_there_is(compiled: Compiled) -> None:
    found = Deployed(compiled, "ml-dev", DEFAULT)
    for type in found.rendered:
        for need in found.needs(type):
            names = {name.partition(".")[0] for name in need.properties}
            unknown = names - WORDS - set(schema(type)["properties"])
            assert not unknown, f"{type}: {unknown}"
            for action in need.actions.split():
                known = iam_reference.privilege(f"{need.service}:{action}")
                if NO_ACTION in need.properties:
                    assert known is None, f"{type}: there is {action}"
            if LISTING in need.properties:
                _check_listing(type, need)


def _check_listing(type: str, need: Need) -> None:
    """No handler that a stack runs names it."""
    for name, handler in schema(type)["handlers"].items():
        for action in need.actions.split():
            asks = f"{need.service}:{action}" in handler["permissions"]
            assert not asks or name == "list", f"{type}: {name} asks for {action}"


@pytest.mark.parametrize("boundary", ["", BOUNDARY], ids=["free", "bounded"])
@SHAPES
def test_what_is_allowed_exists_where_it_can_be_allowed(
    shape: Shape, boundary: str, compiled: Compiled
) -> None:
    found = Deployed(compiled, "ml-dev", shape, boundary)
    wrong = [
        f"{one['Sid']}: {fault}"
        for one in found.statements
        for fault in iam_reference.faults(
            one["Action"],
            one["Resource"],
            one.get("Condition", {}),
            wildcard="a policy to be attached by hand has no place for it",
        )
    ]
    assert not wrong, "\n".join(wrong)


def test_under_a_boundary_roles_get_permissions_under_it_alone(
    compiled: Compiled,
) -> None:
    found = Deployed(compiled, "ml-dev", PROTECTED, BOUNDARY)
    under = {"StringEquals": {"iam:PermissionsBoundary": BOUNDARY}}
    bounded = {
        a: one.get("Condition") for one in found.statements for a in one["Action"]
    }
    for name in ("CreateRole", "PutRolePolicy", "PutRolePermissionsBoundary"):
        assert bounded[f"iam:{name}"] == under
    assert "iam:AttachRolePolicy" not in bounded
    # Of all others none gives a role more than its boundary allows.
    rest = {a for a, condition in bounded.items() if condition != under}
    assert {a for a in rest if a.startswith("iam:")} == {
        *("iam:DeleteRole", "iam:GetRole", "iam:GetRolePolicy", "iam:ListRoleTags"),
        *("iam:ListAttachedRolePolicies", "iam:ListRolePolicies", "iam:PassRole"),
        *("iam:TagRole", "iam:UntagRole", "iam:UpdateAssumeRolePolicy"),
        *("iam:UpdateRole", "iam:UpdateRoleDescription", "iam:DetachRolePolicy"),
    }
    missing = {text.split(" ")[1] for text in found.missing()}
    assert missing == {"iam:DeleteRolePermissionsBoundary"}


def test_everything_of_ours_has_an_arn_here(compiled: Compiled) -> None:
    found = Deployed(compiled, "ml-dev", DEFAULT)
    assert all([*found.arns(type)] for type in found.rendered)


def test_a_property_that_nobody_declared_is_no_silent_gap(compiled: Compiled) -> None:
    kinds: Mapping[str, ResourceKind] = {}
    with pytest.raises(PipelineError, match="'ManagedPolicyArns' of 'AWS::IAM"):
        list(policy._needs("AWS::IAM::Role", {"ManagedPolicyArns"}, kinds))
