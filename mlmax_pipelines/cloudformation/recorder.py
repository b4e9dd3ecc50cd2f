"""The recorder of a stack: what ran stays known, whoever looks and whenever.

What comes in: compiled pipelines, a shape. What goes out: resources: a state machine
that puts a record of every execution that ends into the artifact bucket, and the rules
that start it; what could not be recorded is in the stack's queue. Never: a function, or
an event of its own in the rules.

An event of an execution's end names no caller, nor does DescribeExecution: who started
it stands in CloudTrail's event, which an account with a trail has. So two rules hand
over an ARN, the second one with who it was. Who approves a model is told there, too.

Sources: AWS Step Functions Developer Guide, "Automating Step Functions event delivery
with EventBridge", "Transforming data with JSONata" and "Recording Step Functions API
calls with AWS CloudTrail"; Amazon EventBridge User Guide, "Using dead-letter queues to
process undelivered events" and "AWS service events delivered via CloudTrail".
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from mlmax_pipelines.base import layout
from mlmax_pipelines.base.names import PREFIX
from mlmax_pipelines.cloudformation import roles, slots
from mlmax_pipelines.cloudformation.letters import QUEUE
from mlmax_pipelines.cloudformation.machine import environment_tags
from mlmax_pipelines.cloudformation.policies import grants
from mlmax_pipelines.cloudformation.recording import definition
from mlmax_pipelines.cloudformation.shape import Shape
from mlmax_pipelines.cloudformation.tags import get_att, ref, sub
from mlmax_pipelines.compiled import CompiledPipeline
from mlmax_pipelines.declared import Statement

MACHINE = "Recorder"
# No pipeline's machine is called so: after the stack's name comes a hyphen in theirs.
_NAME = f"{PREFIX}_recorder"
_ENDS = ("SUCCEEDED", "FAILED", "TIMED_OUT", "ABORTED")
_STATES = "arn:${AWS::Partition}:states:${AWS::Region}:${AWS::AccountId}"
_OURS = f"{_STATES}:stateMachine:{PREFIX}-"
_MODELS = (
    "arn:${AWS::Partition}:sagemaker:${AWS::Region}:${AWS::AccountId}:model-package/"
    f"{PREFIX}-"
)
_RULES = (
    "arn:${AWS::Partition}:events:${AWS::Region}:${AWS::AccountId}:rule/"
    f"{PREFIX}-*"
)
# Of the end of an execution of this stack.
_END: Mapping[str, Any] = {
    "source": ["aws.states"],
    "detail-type": ["Step Functions Execution Status Change"],
    "detail": {"status": [*_ENDS], "stateMachineArn": [{"prefix": sub(_OURS)}]},
}
# Of a call that started one.
_START = {
    "source": ["aws.states"],
    "detail-type": ["AWS API Call via CloudTrail"],
    "detail": {
        "eventSource": ["states.amazonaws.com"],
        "eventName": ["StartExecution"],
        "requestParameters": {"stateMachineArn": [{"prefix": sub(_OURS)}]},
        "responseElements": {"executionArn": [{"exists": True}]},
    },
}
# Of a call that judged a version of a model.
_JUDGED = {
    "source": ["aws.sagemaker"],
    "detail-type": ["AWS API Call via CloudTrail"],
    "detail": {
        "eventSource": ["sagemaker.amazonaws.com"],
        "eventName": ["UpdateModelPackage"],
        "requestParameters": {
            "modelPackageArn": [{"prefix": sub(_MODELS)}],
            "modelApprovalStatus": [{"exists": True}],
        },
        "errorCode": [{"exists": False}],
    },
}
_OF_JUDGED = {
    "model": "$.detail.requestParameters.modelPackageArn",
    "status": "$.detail.requestParameters.modelApprovalStatus",
    "by": "$.detail.userIdentity.arn",
    "at": "$.detail.eventTime",
    "event": "$.detail.eventID",
}
_OF_START = {
    "execution": "$.detail.responseElements.executionArn",
    "starter": "$.detail.userIdentity.arn",
    "event": "$.detail.eventID",
}


def recorder(
    pipelines: Sequence[CompiledPipeline], shape: Shape
) -> dict[str, dict[str, Any]]:
    """The recorder's resources, by logical id; none for an environment that brings its
    execution roles: who deploys it makes no role."""
    if all("execution" in shape.brings(one.name) for one in pipelines):
        return {}
    has_slots = bool(slots.having(pipelines))
    needs = [*_needs(shape), *(slots.needs() if has_slots else ())]
    allowed = grants(("", need) for need in needs)
    start = Statement(("states:StartExecution",), (f"${{{MACHINE}.Arn}}",), "it starts")
    return {
        f"{QUEUE}Policy": _queue_policy(),
        f"{MACHINE}Role": roles.role(
            "Records executions", [roles.of_states()], allowed
        ),
        MACHINE: _machine(pipelines),
        f"{MACHINE}StartRole": roles.role(
            "Starts the recorder",
            [roles.trusted("events.amazonaws.com", _RULES)],
            grants([("", start)]),
        ),
        "EndRule": _rule("ends", _END, {"execution": "$.detail.executionArn"}),
        "StartRule": _rule("starts", _START, _OF_START),
        "JudgedRule": _made(
            "judged",
            "Has recorded who approved or rejected a version of a model",
            {"EventPattern": _JUDGED},
            {"InputTransformer": _transformer(_OF_JUDGED)},
        ),
        **(_freeing() if has_slots else {}),
    }


def _freeing() -> dict[str, dict[str, Any]]:
    """Rules that have slots looked at: when an execution wants one, and hourly."""
    detail = {**_END["detail"], "status": ["RUNNING"]}
    handed = {"execution": "$.detail.executionArn", "begun": "$.detail.startDate"}
    return {
        "BeginRule": _rule("begins", {**_END, "detail": detail}, handed),
        "LookRule": _made(
            "looks",
            "Has slots taken back of executions that run no more",
            {"ScheduleExpression": slots.LOOK},
            {"Input": "{}"},
        ),
    }


def _needs(shape: Shape) -> list[Statement]:
    bucket = "arn:${AWS::Partition}:s3:::${ArtifactBucket}"
    own = "only of executions of this stack"
    looks = ("states:DescribeExecution", "states:DescribeStateMachineForExecution")
    found = [
        Statement(looks, (f"{_STATES}:execution:{PREFIX}-*:*",), own),
        Statement(("s3:ListBucketVersions",), (bucket,), "what an execution wrote"),
        Statement(
            ("s3:PutObject",), (f"{bucket}/{layout.RECORDS}*",), "the record itself"
        ),
        Statement(
            ("sqs:SendMessage",),
            (f"${{{QUEUE}.Arn}}",),
            "what could not be recorded is kept",
        ),
    ]
    if shape.kms:
        through = {"kms:ViaService": "s3.${AWS::Region}.${AWS::URLSuffix}"}
        found.append(
            Statement(
                ("kms:GenerateDataKey",),
                ("${KmsKeyArn}",),
                "the record is encrypted as all in its bucket",
                {"StringEquals": through},
            )
        )
    return found


def _queue_policy() -> dict[str, Any]:
    statement = {
        "Sid": "KeepWhatRulesCannotDeliver",
        "Effect": "Allow",
        "Principal": {"Service": "events.amazonaws.com"},
        "Action": "sqs:SendMessage",
        "Resource": get_att(QUEUE),
        "Condition": {"ArnLike": {"aws:SourceArn": sub(_RULES)}},
    }
    return {
        "Type": "AWS::SQS::QueuePolicy",
        "Properties": {
            "Queues": [ref(QUEUE)],
            "PolicyDocument": {"Version": "2012-10-17", "Statement": [statement]},
        },
    }


def _rule(
    what: str, pattern: Mapping[str, Any], handed: Mapping[str, str]
) -> dict[str, Any]:
    """A rule that hands the recorder these parts of its events."""
    return _made(
        what,
        f"Has recorded when and how an execution {what}",
        {"EventPattern": dict(pattern)},
        {"InputTransformer": _transformer(handed)},
    )


def _transformer(handed: Mapping[str, str]) -> dict[str, Any]:
    template = ", ".join(f'"{name}": <{name}>' for name in handed)
    return {"InputPathsMap": dict(handed), "InputTemplate": f"{{{template}}}"}


def _made(
    what: str, text: str, when: Mapping[str, Any], given: Mapping[str, Any]
) -> dict[str, Any]:
    target = {
        "Id": MACHINE,
        "Arn": get_att(MACHINE),
        "RoleArn": get_att(f"{MACHINE}StartRole"),
        **given,
        "DeadLetterConfig": {"Arn": get_att(QUEUE)},
    }
    return {
        "Type": "AWS::Events::Rule",
        "Properties": {
            "Name": sub(f"{PREFIX}-{what}"),
            "Description": text,
            **when,
            "Targets": [target],
        },
    }


def _machine(pipelines: Sequence[CompiledPipeline]) -> dict[str, Any]:
    has_slots = bool(slots.having(pipelines))
    return {
        "Type": "AWS::StepFunctions::StateMachine",
        "Properties": {
            "StateMachineName": sub(_NAME),
            "StateMachineType": "STANDARD",
            "RoleArn": get_att(f"{MACHINE}Role"),
            "Definition": definition(pipelines),
            "DefinitionSubstitutions": {
                "Prefix": ref("Prefix"),
                "ArtifactBucket": ref("ArtifactBucket"),
                "Queue": ref(QUEUE),
                **({"SlotsTable": ref(slots.TABLE_ID)} if has_slots else {}),
            },
            "Tags": environment_tags(),
        },
    }
