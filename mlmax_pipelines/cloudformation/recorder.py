"""The recorder of a stack: what ran stays known, whoever looks and whenever.

What comes in: compiled pipelines, a shape. What goes out: resources: a state machine
that puts a record of every execution that ends into the artifact bucket, the rules
that start it, a queue for what could not be recorded. Never: a function, or an event
of its own in the rules.

An event of an execution's end names no caller, nor does DescribeExecution: who started
it stands in CloudTrail's event, which an account with a trail has. So two rules hand
over an ARN, the second one with who it was.

Sources: AWS Step Functions Developer Guide, "Automating Step Functions event delivery
with EventBridge", "Transforming data with JSONata" and "Recording Step Functions API
calls with AWS CloudTrail"; Amazon EventBridge User Guide, "Using dead-letter queues to
process undelivered events" and "AWS service events delivered via CloudTrail".
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any

from mlmax_pipelines.base import layout
from mlmax_pipelines.base.names import PREFIX, TAG_CHARACTERS, machine_name
from mlmax_pipelines.cloudformation import roles
from mlmax_pipelines.cloudformation.machine import environment_tags
from mlmax_pipelines.cloudformation.policies import grants
from mlmax_pipelines.cloudformation.shape import Shape
from mlmax_pipelines.cloudformation.tags import get_att, ref, sub
from mlmax_pipelines.compiled import CompiledPipeline
from mlmax_pipelines.declared import Statement

MACHINE, QUEUE = "Recorder", "DeadLetters"
# No pipeline's machine is called so: after the stack's name comes a hyphen in theirs.
_NAME = f"{PREFIX}_recorder"
_ENDS = ("SUCCEEDED", "FAILED", "TIMED_OUT", "ABORTED")
_STATES = "arn:${AWS::Partition}:states:${AWS::Region}:${AWS::AccountId}"
_OURS = f"{_STATES}:stateMachine:{PREFIX}-"
_RULES = (
    "arn:${AWS::Partition}:events:${AWS::Region}:${AWS::AccountId}:rule/"
    f"{PREFIX}-*"
)
# A page of objects has to fit into a state's data: 262,144 bytes, and a key has up to
# 1,024.
_OBJECTS = 150
_DAYS_OF_LETTERS = 14
_SECONDS_PER_DAY = 86_400
_SDK = "arn:aws:states:::aws-sdk:"
_AGAIN = [
    {
        "ErrorEquals": ["States.ALL"],
        "IntervalSeconds": 5,
        "MaxAttempts": 6,
        "BackoffRate": 2,
        "JitterStrategy": "FULL",
    }
]


def recorder(
    pipelines: Sequence[CompiledPipeline], shape: Shape
) -> dict[str, dict[str, Any]]:
    """The recorder's resources, by logical id."""
    ends = {
        "detail-type": ["Step Functions Execution Status Change"],
        "detail": {"status": [*_ENDS], "stateMachineArn": [{"prefix": sub(_OURS)}]},
    }
    starts = {
        "detail-type": ["AWS API Call via CloudTrail"],
        "detail": {
            "eventSource": ["states.amazonaws.com"],
            "eventName": ["StartExecution"],
            "requestParameters": {"stateMachineArn": [{"prefix": sub(_OURS)}]},
            "responseElements": {"executionArn": [{"exists": True}]},
        },
    }
    told = {
        "execution": "$.detail.responseElements.executionArn",
        "starter": "$.detail.userIdentity.arn",
        "event": "$.detail.eventID",
    }
    allowed = grants(("", need) for need in _needs(shape))
    start = Statement(("states:StartExecution",), (f"${{{MACHINE}.Arn}}",), "it starts")
    return {
        QUEUE: _queue(),
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
        "EndRule": _rule(
            "Has executions recorded that have ended",
            ends,
            {"execution": "$.detail.executionArn"},
        ),
        "StartRule": _rule("Has recorded who starts executions", starts, told),
    }


def _needs(shape: Shape) -> list[Statement]:
    bucket = "arn:${AWS::Partition}:s3:::${ArtifactBucket}"
    own = "only of executions of this stack"
    looks = ("states:DescribeExecution", "states:DescribeStateMachineForExecution")
    found = [
        Statement(looks, (f"{_STATES}:execution:{PREFIX}-*",), own),
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


def _queue() -> dict[str, Any]:
    return {
        "Type": "AWS::SQS::Queue",
        "DeletionPolicy": "Delete",
        "UpdateReplacePolicy": "Delete",
        "Properties": {
            "QueueName": sub(f"{PREFIX}-dead-letters"),
            "MessageRetentionPeriod": _DAYS_OF_LETTERS * _SECONDS_PER_DAY,
            "SqsManagedSseEnabled": True,
            "Tags": environment_tags(),
        },
    }


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
    about: str, pattern: Mapping[str, Any], handed: Mapping[str, str]
) -> dict[str, Any]:
    """A rule that hands the recorder these parts of its events."""
    template = ", ".join(f'"{name}": <{name}>' for name in handed)
    target = {
        "Id": MACHINE,
        "Arn": get_att(MACHINE),
        "RoleArn": get_att(f"{MACHINE}StartRole"),
        "InputTransformer": {
            "InputPathsMap": dict(handed),
            "InputTemplate": f"{{{template}}}",
        },
        "DeadLetterConfig": {"Arn": get_att(QUEUE)},
    }
    name = "ends" if len(handed) == 1 else "starts"
    return {
        "Type": "AWS::Events::Rule",
        "Properties": {
            "Name": sub(f"{PREFIX}-{name}"),
            "Description": about,
            "EventPattern": {"source": ["aws.states"], **pattern},
            "Targets": [target],
        },
    }


def _machine(pipelines: Sequence[CompiledPipeline]) -> dict[str, Any]:
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
            },
            "Tags": environment_tags(),
        },
    }


def definition(pipelines: Sequence[CompiledPipeline]) -> dict[str, Any]:
    """What the recorder does with `execution`, an ARN, and `starter`, if it has one."""
    ours = [machine_name(PREFIX, one.name) for one in pipelines]
    known = "{% $not($machine in " + json.dumps(ours) + ") %}"
    place = {
        "machine": "{% $split($states.input.execution, ':')[6] %}",
        "name": "{% $split($states.input.execution, ':')[7] %}",
        "execution": "{% $states.input.execution %}",
        "page": 0,
        "more": {},
    }
    which = [
        # The machines of a stack whose name begins like this one's; parts of ours.
        {"Condition": known, "Next": "Not ours"},
        {
            "Condition": "{% $exists($states.input.starter) %}",
            "Next": "Put starter",
        },
    ]
    again = [{"Condition": "{% $more != {} %}", "Next": "List objects"}]
    metadata = {"ExecutionArn": "{% $execution %}", "IncludedData": "METADATA_ONLY"}
    keep = {"record": "{% $states.result %}"}
    revision = {"revision": "{% $states.result.{'Id': RevisionId, 'At': UpdateDate} %}"}
    # What was told once is not handed on.
    same = "{% $states.input %}"
    too_large = {
        "ErrorEquals": ["States.DataLimitExceeded"],
        "Next": "Describe without data",
    }
    body = "{% $merge([$record, {'Revision': $revision}]) %}"
    steps: dict[str, dict[str, Any]] = {
        "Place": {"Type": "Pass", "Assign": place, "Next": "Which event"},
        "Which event": {"Type": "Choice", "Choices": which, "Default": "Describe"},
        "Not ours": {"Type": "Succeed"},
        "Put starter": _put(
            layout.STARTER, "{% $states.input %}", {"Next": "Recorded"}
        ),
        "Describe": _task(
            "sfn:describeExecution",
            {"ExecutionArn": "{% $execution %}"},
            {"Assign": keep, "Output": same, "Next": "Describe machine"},
        ),
        "Describe without data": _task(
            "sfn:describeExecution",
            metadata,
            {"Assign": keep, "Output": same, "Next": "Describe machine"},
        ),
        "Describe machine": _task(
            "sfn:describeStateMachineForExecution",
            metadata,
            {"Assign": revision, "Output": same, "Next": "Put record"},
        ),
        "Put record": _put(layout.RECORD, body, {"Next": "List objects"}),
        "List objects": _task("s3:listObjectVersions", _LIST, _LISTED),
        "Put objects": _put(
            f"{layout.OBJECTS}' & $page & '.json",
            "{% $states.input %}",
            {"Next": "More objects"},
        ),
        "More objects": {"Type": "Choice", "Choices": again, "Default": "Recorded"},
        "Recorded": {"Type": "Succeed"},
        "Set aside": {
            "Type": "Task",
            "Resource": "arn:aws:states:::sqs:sendMessage",
            "Arguments": {
                "QueueUrl": "${Queue}",
                "MessageBody": {
                    "execution": "{% $execution %}",
                    "error": "{% $states.input %}",
                },
            },
            "Next": "Not recorded",
        },
        "Not recorded": {"Type": "Fail", "Error": "Recorder.SetAside"},
    }
    steps["Describe"]["Catch"].insert(0, too_large)
    return {
        "Comment": "Records executions that have ended, and who started them",
        "QueryLanguage": "JSONata",
        "StartAt": "Place",
        "States": steps,
    }


# Where an execution writes: `layout.execution` of its pipeline and its tag.
_TAG = f"$contains($name, /[^{TAG_CHARACTERS.replace('-', '')}-]/)"
_BASE = (
    "$substringAfter($machine, '${Prefix}-') & '/' & "
    f"({_TAG} ? $hash($name, 'MD5') : $name) & '/'"
)
_LIST = (
    "{% $merge([{'Bucket': '${ArtifactBucket}', 'MaxKeys': "
    f"{_OBJECTS}, 'Prefix': {_BASE}}}, $more]) %}}"
)
_MARKERS = (
    "{'KeyMarker': $states.result.NextKeyMarker, "
    "'VersionIdMarker': $states.result.NextVersionIdMarker}"
)
_LISTED = {
    "Assign": {
        "page": "{% $page + 1 %}",
        "more": f"{{% $states.result.IsTruncated ? {_MARKERS} : {{}} %}}",
    },
    "Output": (
        "{% [$states.result.Versions[IsLatest].{'Key': Key, 'VersionId': VersionId, "
        "'ETag': ETag, 'Size': Size}] %}"
    ),
    "Next": "Put objects",
}


def _task(
    api: str, arguments: str | Mapping[str, Any], rest: Mapping[str, Any]
) -> dict[str, Any]:
    return {
        "Type": "Task",
        "Resource": f"{_SDK}{api}",
        "Arguments": arguments,
        "Retry": _AGAIN,
        "Catch": [{"ErrorEquals": ["States.ALL"], "Next": "Set aside"}],
        **rest,
    }


def _put(name: str, body: str, rest: Mapping[str, Any]) -> dict[str, Any]:
    key = f"'{layout.RECORDS}' & $machine & '/' & $name & '/{name}'"
    arguments = {
        "Bucket": "${ArtifactBucket}",
        "Key": f"{{% {key} %}}",
        "Body": body,
        "ContentType": "application/json",
    }
    return _task("s3:putObject", arguments, rest)
