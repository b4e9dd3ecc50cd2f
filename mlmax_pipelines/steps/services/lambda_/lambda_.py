"""lambda: calls a function; its inputs are the event, its result the outputs.

`function` names one that exists; `handler` (`src/load.handler`) is one of the
project, which the template then creates.
"""

from __future__ import annotations

from typing import Any

from mlmax_pipelines.compiled import Function, Statement, Sub
from mlmax_pipelines.steps import iam, sdk
from mlmax_pipelines.steps.contract import (
    BuildContext,
    Draft,
    Field,
    Found,
    ResolvedStep,
    StepType,
    identifier,
)
from mlmax_pipelines.steps.services.sagemaker import common as sagemaker
from mlmax_pipelines.steps.values import put

# AWS Step Functions Developer Guide, "Handle transient Lambda service exceptions".
_ERRORS = (
    "Lambda.ClientExecutionTimeoutException",
    "Lambda.ServiceException",
    "Lambda.AWSLambdaException",
    "Lambda.SdkClientException",
    "Lambda.TooManyRequestsException",
)


class Lambda(StepType):
    kind = "lambda"
    summary = "a Lambda function: its inputs are the event, its result the outputs"
    fields = {
        "function": Field("string", "name or ARN of a function that exists"),
        "handler": Field("string", "a function of the project: src/load.handler"),
        "runtime": Field("string", "of a function made here", default="python3.12"),
        "timeout_seconds": Field("integer", "of one call", default=60, minimum=1),
        "memory_mb": Field("integer", "of one call", default=256, minimum=128),
    }

    def check(self, step: ResolvedStep) -> list[Found]:
        given = [name for name in ("function", "handler") if name in step.fields]
        if len(given) == 1:
            return []
        found = " and ".join(f"'{name}'" for name in given) or "neither"
        text = f"step '{step.name}' needs 'function' or 'handler', found {found}"
        return [
            (("function",), text, "function: my-function, or handler: src/load.handler")
        ]

    def build(self, step: ResolvedStep, context: BuildContext) -> list[Draft]:
        payload: dict[str, Any] = {}
        for port in step.inputs.values():
            put(payload, port.name, port.value)
        function, statement = _function(step, context)
        kept = {
            f"{port.name}.$": f"$.Payload.{port.name}"
            for port in step.outputs.values()
            if port.read
        }
        state = sdk.task(
            step.name,
            context.integration("lambda:invoke"),
            parameters={"FunctionName": function, "Payload": payload},
            **sagemaker.keep(step, kept),
        )
        return [Draft(state, (statement,), retries=(_ERRORS,))]


def _function(step: ResolvedStep, context: BuildContext) -> tuple[str, Statement]:
    reason = "calls its function"
    actions = ("lambda:InvokeFunction",)
    if "handler" not in step.fields:
        name = step.fields["function"]
        place = (
            name if name.startswith("arn:") else iam.arn("lambda", f"function:{name}")
        )
        return name, iam.allow(actions, [place, f"{place}:*"], reason)
    logical_id = identifier(step.module or step.name) + "Function"
    _create(step, context, logical_id)
    place = f"${{{logical_id}.Arn}}"
    token = context.use(f"{logical_id}Arn", Sub(place))
    return token, iam.allow(actions, [place, f"{place}:*"], reason)


def _create(step: ResolvedStep, context: BuildContext, logical_id: str) -> None:
    handler = step.fields["handler"]
    folder, _ = sagemaker.split_entry_point(handler)
    sagemaker.code_uri(folder, ".zip", context)
    function = Function(
        logical_id=logical_id,
        name=logical_id,
        handler=handler,
        runtime=step.fields.get("runtime", "python3.12"),
        timeout_seconds=step.fields.get("timeout_seconds", 60),
        memory_mb=step.fields.get("memory_mb", 256),
        step=step.name,
    )
    if all(known.logical_id != logical_id for known in context.functions):
        context.functions.append(function)


TYPE = Lambda()
