"""What the recorder of a stack does: its definition.

What comes in: compiled pipelines. What goes out: a definition in JSONata, which the
local interpreter never runs. Never: data of an execution but in the record itself.

It is handed `model`, the ARN of a version that somebody judged, with `status` and `by`;
or `execution`, an ARN, and of a start `starter`; where there are slots,
`begun` of one that runs from now on, or nothing at all once in a while. Source: AWS
Step Functions Developer Guide, "Transforming data with JSONata" and "AWS SDK service
integrations".
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any

from mlmax_pipelines.base import layout
from mlmax_pipelines.base.names import PREFIX, TAG_CHARACTERS, machine_name
from mlmax_pipelines.cloudformation import slots
from mlmax_pipelines.compiled import CompiledPipeline

# A page of objects has to fit into a state's data: 262,144 bytes, and a key has up to
# 1,024.
_OBJECTS = 150
_AGAIN = [
    {
        "ErrorEquals": ["States.ALL"],
        "IntervalSeconds": 5,
        "MaxAttempts": 6,
        "BackoffRate": 2,
        "JitterStrategy": "FULL",
    }
]
_CAUGHT = [{"ErrorEquals": ["States.ALL"], "Next": "Set aside"}]


def definition(pipelines: Sequence[CompiledPipeline]) -> dict[str, Any]:
    """The recorder's definition; of machines that are none of these it records none:
    parts of theirs, and those of a stack whose name begins like this one's."""
    ours = [machine_name(PREFIX, one.name) for one in pipelines]
    freeing: Mapping[str, Any] = {}
    if slots.having(pipelines):
        # It is told of no execution when it has to look at all of them.
        ours.append("")
        freeing = slots.states(pipelines, _AGAIN)
    which = [
        {"Condition": "{% $exists($states.input.model) %}", "Next": "Put approval"},
        {
            "Condition": "{% $not($machine in " + json.dumps(ours) + ") %}",
            "Next": "Not ours",
        },
        {"Condition": "{% $exists($states.input.starter) %}", "Next": "Put starter"},
    ]
    first = next(iter(freeing), "Describe")
    choice = {"Type": "Choice", "Choices": which, "Default": first}
    return {
        "Comment": "Records executions that have ended, and who started them",
        "QueryLanguage": "JSONata",
        "StartAt": "Place",
        "States": {"Place": _PLACE, "Which event": choice, **freeing, **_STATES},
    }


def _task(api: str, arguments: str | Mapping[str, Any], **rest: Any) -> dict[str, Any]:
    """A call that is tried for minutes; its input is handed on, not its answer."""
    return {
        "Type": "Task",
        "Resource": f"arn:aws:states:::aws-sdk:{api}",
        "Arguments": arguments,
        "Retry": _AGAIN,
        "Catch": _CAUGHT,
        "Output": "{% $states.input %}",
        **rest,
    }


def _put(name: str, body: str, next: str) -> dict[str, Any]:
    """A call that puts a file of the record of an execution."""
    key = f"'{layout.RECORDS}' & $machine & '/' & $name & '/{name}'"
    return _put_at(key, body, next)


def _put_at(key: str, body: str, next: str) -> dict[str, Any]:
    arguments = {
        "Bucket": "${ArtifactBucket}",
        "Key": f"{{% {key} %}}",
        "Body": body,
        "ContentType": "application/json",
    }
    return _task("s3:putObject", arguments, Next=next)


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
_OBJECT = "{'Key': Key, 'VersionId': VersionId, 'ETag': ETag, 'Size': Size}"
# `layout.approvals` of a version, and an event.
_APPROVAL = (
    f"'{layout.RECORDS}{layout.APPROVALS}' & $substringAfter($states.input.model, "
    "':model-package/') & '/' & $states.input.event & '.json'"
)
_TOLD = "$exists($states.input.execution)"
_PART = f"{_TOLD} ? $split($states.input.execution, ':')"
_PLACE = {
    "Type": "Pass",
    "Assign": {
        "machine": f"{{% {_PART}[6] : '' %}}",
        "name": f"{{% {_PART}[7] : '' %}}",
        "execution": f"{{% {_TOLD} ? $states.input.execution : '' %}}",
        # Whose slot is free now.
        "ended": f"{{% {_TOLD} and $not($exists($states.input.begun)) ? "
        "[$states.input.execution] : [] %}",
        "page": 0,
        "more": {},
    },
    "Next": "Which event",
}
_EXECUTION = {"ExecutionArn": "{% $execution %}"}
_METADATA = {**_EXECUTION, "IncludedData": "METADATA_ONLY"}
_KEEP = {"record": "{% $states.result %}"}
_TOO_LARGE = {
    "ErrorEquals": ["States.DataLimitExceeded"],
    "Next": "Describe without data",
}
_STATES: Mapping[str, Mapping[str, Any]] = {
    "Not ours": {"Type": "Succeed"},
    "Put starter": _put(layout.STARTER, "{% $states.input %}", "Recorded"),
    "Put approval": _put_at(_APPROVAL, "{% $states.input %}", "Recorded"),
    "Describe": _task(
        "sfn:describeExecution",
        _EXECUTION,
        Catch=[_TOO_LARGE, *_CAUGHT],
        Assign=_KEEP,
        Next="Describe machine",
    ),
    "Describe without data": _task(
        "sfn:describeExecution", _METADATA, Assign=_KEEP, Next="Describe machine"
    ),
    "Describe machine": _task(
        "sfn:describeStateMachineForExecution",
        _METADATA,
        Assign={
            "revision": "{% $states.result.{'Id': RevisionId, 'At': UpdateDate} %}"
        },
        Next="Put record",
    ),
    "Put record": _put(
        layout.RECORD,
        "{% $merge([$record, {'Revision': $revision}]) %}",
        "List objects",
    ),
    "List objects": _task(
        "s3:listObjectVersions",
        _LIST,
        Assign={
            "page": "{% $page + 1 %}",
            "more": f"{{% $states.result.IsTruncated ? {_MARKERS} : {{}} %}}",
        },
        Output=f"{{% [$states.result.Versions[IsLatest].{_OBJECT}] %}}",
        Next="Put objects",
    ),
    "Put objects": _put(
        f"{layout.OBJECTS}' & $page & '.json", "{% $states.input %}", "More objects"
    ),
    "More objects": {
        "Type": "Choice",
        "Choices": [{"Condition": "{% $more != {} %}", "Next": "List objects"}],
        "Default": "Recorded",
    },
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
