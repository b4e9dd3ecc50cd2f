"""What Lambda does for a task: it calls a function.

Source: AWS Step Functions Developer Guide, "Invoke an AWS Lambda function with Step
Functions" and "Handle transient Lambda service exceptions".
"""

from __future__ import annotations

from mlmax_pipelines.declared import JobKind

_ERRORS = (
    "Lambda.ClientExecutionTimeoutException",
    "Lambda.ServiceException",
    "Lambda.AWSLambdaException",
    "Lambda.SdkClientException",
    "Lambda.TooManyRequestsException",
)
_FUNCTIONS = "mlmax_pipelines.local.jobs.function"
INVOKE = JobKind(
    integration="lambda:invoke",
    label="call of a function",
    patterns=("", ".waitForTaskToken"),
    calls=("lambda:InvokeFunction",),
    retries=(_ERRORS,),
    # AWS Lambda Developer Guide, "Lambda quotas": a function's timeout.
    longest=900,
    local={"": f"{_FUNCTIONS}:invoke"},
)
JOBS = (
    INVOKE,
    # A function's ARN as a state's whole resource: the older spelling of the language.
    JobKind(
        integration="lambda:function",
        label="call of a function",
        calls=("lambda:InvokeFunction",),
        longest=900,
        local={"": f"{_FUNCTIONS}:invoke_arn"},
    ),
)
