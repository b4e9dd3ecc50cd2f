"""The roles of a template: who may assume them, what they allow, and why.

What comes in: a compiled pipeline. What goes out: AWS::IAM::Role resources; the
reason of each statement stands in the role's Metadata under `WhyAllowed`. Never: a
role name (CloudFormation makes one up, so that a role can be replaced).

A role can be assumed only on behalf of this account's own resources: AWS Step
Functions Developer Guide, "Creating an IAM role for your state machine", section on
the confused deputy; Amazon SageMaker Developer Guide, "Cross-service confused deputy
prevention"; EventBridge Scheduler User Guide, "Confused deputy prevention".
"""

from __future__ import annotations

import re
from typing import Any, Mapping, Sequence

from mlmax_pipelines.base.names import PREFIX, machine_name
from mlmax_pipelines.cloudformation import letters
from mlmax_pipelines.cloudformation.parameters import Field
from mlmax_pipelines.cloudformation.policies import (
    Grant,
    fitted,
    grants,
    reasons,
    statements,
)
from mlmax_pipelines.cloudformation.shape import Shape, protections
from mlmax_pipelines.cloudformation.tags import (
    NO_VALUE,
    Tag,
    get_att,
    given,
    ref,
    sub,
    when,
)
from mlmax_pipelines.compiled import CompiledPipeline, Resource
from mlmax_pipelines.declared import Statement

BOUNDARY = "PermissionsBoundary"
READS, KEYS = "DataReadArns", "DataKeyArns"
HAS_BOUNDARY = "HasPermissionsBoundary"
HAS_READS, HAS_KEYS = "HasDataReadArns", "HasDataKeyArns"

# What stands in for the roles that an environment brings: parameters of the template.
LENT = tuple(
    Field(
        f"{kind}RoleArn",
        "Roles",
        f"{kind} role",
        {
            "Type": "String",
            "Description": f"ARN of the role of the environment's for {whose}",
            "AllowedPattern": "arn:[a-z-]+:iam::[0-9]{12}:role/.+",
        },
        f"roles.{kind.lower()}",
    )
    for kind, whose in {
        "Execution": "the state machine",
        "Job": "jobs",
        "Function": "functions",
        "Schedule": "schedules",
    }.items()
)
_ATTRIBUTE = re.compile(r"\$\{\w+\.\w+\}")
_OWN_ACCOUNT = {"StringEquals": {"aws:SourceAccount": ref("AWS::AccountId")}}
_EVERYWHERE = "AWS offers no narrower resource for it"
# AWS Step Functions Developer Guide, "Using CloudWatch Logs to log execution history".
_DELIVER_LOGS = Statement(
    actions=(
        "logs:CreateLogDelivery",
        "logs:GetLogDelivery",
        "logs:UpdateLogDelivery",
        "logs:DeleteLogDelivery",
        "logs:ListLogDeliveries",
        "logs:PutResourcePolicy",
        "logs:DescribeResourcePolicies",
        "logs:DescribeLogGroups",
    ),
    resources=("*",),
    reason="the state machine sends its log to CloudWatch Logs",
    wildcard=_EVERYWHERE,
)
# The same guide, "Trace Step Functions request data in AWS X-Ray".
_TRACE = Statement(
    actions=(
        "xray:PutTraceSegments",
        "xray:PutTelemetryRecords",
        "xray:GetSamplingRules",
        "xray:GetSamplingTargets",
    ),
    resources=("*",),
    reason="the state machine sends its traces to X-Ray",
    wildcard=_EVERYWHERE,
)


def conditions(resources: Mapping[str, Any]) -> dict[str, Tag]:
    """The conditions that the roles among a template's resources use."""
    roles = [r for r in resources.values() if r["Type"] == "AWS::IAM::Role"]
    found = {HAS_BOUNDARY: given(BOUNDARY)} if roles else {}
    if "JobRole" in resources:
        found[HAS_READS], found[HAS_KEYS] = given(READS), given(KEYS)
    return found


def execution_role(pipeline: CompiledPipeline, traces: bool = False) -> dict[str, Any]:
    """What the state machine itself may do: start jobs, log, trace."""
    names = _names(pipeline)
    needs = [("", _DELIVER_LOGS), *([("", _TRACE)] if traces else [])]
    needs += [
        (state.name, _by_name(need, names) if names else need)
        for state in pipeline.states
        for need in state.execution_role
    ]
    found = fitted(grants(needs), pipeline.name, "execution role")
    return role(f"States of pipeline {pipeline.name}", [of_states()], found)


def job_role(pipeline: CompiledPipeline, others: int) -> dict[str, Any] | None:
    """What the jobs may do; None when no state runs one. `others` are the characters
    that the environment's other buckets take of its policies."""
    needs = [(state.name, need) for state in pipeline.states for need in state.job_role]
    if not needs:
        return None
    found = fitted(grants(needs), pipeline.name, "job role", others)
    kinds = (state.job.kind for state in pipeline.states if state.job is not None)
    principals = dict.fromkeys(kind.principal for kind in kinds if kind.principal)
    trusts = [trusted(principal, _arns_of(principal)) for principal in principals]
    made = role(f"Jobs of pipeline {pipeline.name}", trusts, found)
    policies, why = made["Properties"]["Policies"], made["Metadata"]["WhyAllowed"]
    policies += [when(HAS_READS, _data_reads()), when(HAS_KEYS, _data_keys())]
    why["ReadOtherBuckets"] = "jobs read the buckets named by parameter DataReadArns"
    why["DecryptOtherBuckets"] = "the keys of those buckets, through S3 alone"
    return made


def arn(kind: str, lent: frozenset[str]) -> Tag:
    """The role of a kind (`execution`): the template's own, or the one it is given."""
    name = f"{kind.capitalize()}Role"
    return ref(f"{name}Arn") if kind in lent else get_att(name)


def _arns_of(principal: str) -> str:
    """All that a service has in this account and region."""
    service = principal.partition(".")[0]
    return f"arn:${{AWS::Partition}}:{service}:${{AWS::Region}}:${{AWS::AccountId}}:*"


def resource_role(resource: Resource, log_group: str, shape: Shape) -> dict[str, Any]:
    """What a resource that a step brought may do: write its own log; what its step
    says; be connected to a VPC."""
    label = resource.kind.label
    actions = ("logs:CreateLogStream", "logs:PutLogEvents")
    # The ARN of a log group, as CloudFormation gives it, covers its streams.
    place = f"${{{log_group}.Arn}}"
    needs = [Statement(actions, (place,), f"the {label} writes its log")]
    needs += resource.role
    for change in protections(resource.kind, shape):
        needs += change.own_role
    found = grants(("", need) for need in needs)
    # A service need not say for which resource it assumes a role (Lambda does not):
    # there is no condition to set.
    return role(f"Log of a {label}", [trusted(resource.kind.principal)], found)


def schedule_role(machine: str) -> dict[str, Any]:
    """What the schedule may do: start this one state machine, and tell of it when that
    cannot be done."""
    needs = [
        Statement(("states:StartExecution",), (machine,), "the schedule starts it"),
        letters.SEND,
    ]
    trust = trusted("scheduler.amazonaws.com")
    trust["Condition"] = _OWN_ACCOUNT
    found = grants(("", need) for need in needs)
    return role("Start by schedule", [trust], found)


def role(
    what: str, trusts: Sequence[dict[str, Any]], found: Sequence[Grant]
) -> dict[str, Any]:
    """A role with one inline policy of these grants."""
    document = {"Version": "2012-10-17", "Statement": statements(found)}
    return {
        "Type": "AWS::IAM::Role",
        "Metadata": {"WhyAllowed": reasons(found)},
        "Properties": {
            "Description": what,
            "AssumeRolePolicyDocument": {
                "Version": "2012-10-17",
                "Statement": [*trusts],
            },
            BOUNDARY: when(HAS_BOUNDARY, ref(BOUNDARY), NO_VALUE),
            "Policies": [{"PolicyName": "Allowed", "PolicyDocument": document}],
        },
    }


def of_states() -> dict[str, Any]:
    """That this account's state machines may take a role."""
    return trusted("states.amazonaws.com", _arns_of("states.amazonaws.com"))


def trusted(service: str, source: str = "") -> dict[str, Any]:
    """That a service may take a role; with `source`, for what it has here alone."""
    trust: dict[str, Any] = {
        "Effect": "Allow",
        "Principal": {"Service": service},
        "Action": "sts:AssumeRole",
    }
    if source:
        own = {"ArnLike": {"aws:SourceArn": sub(source)}}
        trust["Condition"] = {**_OWN_ACCOUNT, **own}
    return trust


def _data_reads() -> dict[str, Any]:
    statement = {
        "Sid": "ReadOtherBuckets",
        "Effect": "Allow",
        "Action": ["s3:GetObject", "s3:ListBucket"],
        "Resource": Tag("Split", [",", ref(READS)]),
    }
    document = {"Version": "2012-10-17", "Statement": [statement]}
    return {"PolicyName": "DataReads", "PolicyDocument": document}


def _data_keys() -> dict[str, Any]:
    """AWS KMS Developer Guide, "AWS KMS condition keys", kms:ViaService: a key and its
    bucket are in one region, which need not be this one."""
    through = {"kms:ViaService": sub("s3.*.${AWS::URLSuffix}")}
    statement = {
        "Sid": "DecryptOtherBuckets",
        "Effect": "Allow",
        "Action": ["kms:Decrypt"],
        "Resource": Tag("Split", [",", ref(KEYS)]),
        "Condition": {"StringLike": through},
    }
    document = {"Version": "2012-10-17", "Statement": [statement]}
    return {"PolicyName": "DataKeys", "PolicyDocument": document}


def _by_name(need: Statement, names: Mapping[str, str]) -> Statement:
    """A statement with parts named by ARN.

    A part refers to the role, so the role must not refer to the part.
    """
    resources = tuple(
        _ATTRIBUTE.sub(lambda m: names.get(m[0], m[0]), text) for text in need.resources
    )
    return need._replace(resources=resources)


def _names(pipeline: CompiledPipeline) -> dict[str, str]:
    """What a text may say of a part -> the same without referring to it."""
    arn = "arn:${AWS::Partition}:states:${AWS::Region}:${AWS::AccountId}:stateMachine:"
    found = {}
    for part in pipeline.parts:
        name = machine_name(PREFIX, part.name)
        found[f"${{{part.logical_id}.Arn}}"] = arn + name
        found[f"${{{part.logical_id}.Name}}"] = name
    return found
