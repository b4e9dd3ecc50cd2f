"""lambda: calls a function; its inputs are the event, its result the outputs.

`function` names one that exists; `handler` (`src/load.handler`) is one of the
project, which the template then creates.
"""

from __future__ import annotations

from collections.abc import Iterator

from mlmax_pipelines.asl.paths import path_text
from mlmax_pipelines.compiled import Job, Resource, Sub
from mlmax_pipelines.declared import Statement
from mlmax_pipelines.steps import code, iam, places
from mlmax_pipelines.steps.context import BuildContext
from mlmax_pipelines.steps.contract import (
    OWN_ROLE,
    Draft,
    Field,
    Found,
    ResolvedStep,
    StepType,
)
from mlmax_pipelines.steps.mentions import given
from mlmax_pipelines.steps.outputs import keep
from mlmax_pipelines.steps.services.lambda_ import checks
from mlmax_pipelines.steps.services.lambda_.jobs import INVOKE
from mlmax_pipelines.steps.services.lambda_.resources import function
from mlmax_pipelines.steps.values import as_value, result, to_text


class Lambda(StepType):
    type = "lambda"
    summary = "a Lambda function that exists, or one of the project's"
    fields = {
        "function": Field("string", "name or ARN of a function that exists"),
        "handler": Field("string", "a function of the project: src/load.handler"),
        "code": code.CODE,
        "runtime": Field("string", "of a function made here", default="python3.12"),
        "timeout_seconds": Field("integer", "of one call", default=60, minimum=1),
        "memory_mb": Field("integer", "of one call", default=256, minimum=128),
        "concurrency": Field(
            "integer", "executions reserved for a function made here", minimum=1
        ),
        "environment": Field(
            "mapping",
            "environment variables of a function made here",
            items=Field("any"),
        ),
    }
    role = OWN_ROLE
    takes_null = True
    jobs = (INVOKE,)
    output_kinds = ("string", "number", "integer", "boolean", "s3", "list", "object")

    def check(self, step: ResolvedStep) -> list[Found]:
        given = [name for name in ("function", "handler") if name in step.fields]
        if given == ["function"]:
            return list(checks.of_somebody_else(step))
        if given == ["handler"]:
            return [*checks.of_the_project(step), *code.problems(step, "handler")]
        found = " and ".join(f"'{name}'" for name in given) or "neither"
        text = f"step '{step.name}' needs 'function' or 'handler', found {found}"
        return [
            (("function",), text, "function: my-function, or handler: src/load.handler")
        ]

    def build(self, step: ResolvedStep, context: BuildContext) -> list[Draft]:
        name, statement = _function(step, context)
        kept = {
            port.name: result(path_text(("Payload", port.name)))
            for port in step.outputs.values()
            if port.read
        }
        event = {port.name: port.value for port in step.inputs.values()}
        arguments = {"FunctionName": name, "Payload": event}
        draft = context.task(step.name, Job(INVOKE), arguments, **keep(step, kept))
        draft.execution_role = (statement,)
        return [draft]


def _function(step: ResolvedStep, context: BuildContext) -> tuple[str, Statement]:
    reason = "calls its function"
    if "handler" not in step.fields:
        name = step.fields["function"]
        place = (
            name if name.startswith("arn:") else iam.arn("lambda", f"function:{name}")
        )
        return name, iam.allow(INVOKE.calls, [place, f"{place}:*"], reason)
    logical_id = context.logical_id(step, "Function")
    context.bring(_resource(step, context, logical_id))
    place = f"${{{logical_id}.Arn}}"
    token = context.use(f"{logical_id}Arn", Sub(place))
    return token, iam.allow(INVOKE.calls, [place, f"{place}:*"], reason)


def _resource(step: ResolvedStep, context: BuildContext, logical_id: str) -> Resource:
    folder, handler = code.of(step, "handler")
    return function(
        logical_id,
        (folder, code.key(folder, ".zip", context)),
        handler,
        step.fields.get("runtime", "python3.12"),
        step.fields.get("timeout_seconds", 60),
        step.fields.get("memory_mb", 256),
        f"Step {_sharing(step, context)[0].name} of pipeline {context.pipeline}",
        _variables(step, context),
        (*step.allowed, *_reads(step, context)),
        step.fields.get("concurrency", 0),
    )


def _variables(step: ResolvedStep, context: BuildContext) -> dict[str, str]:
    """The function's environment: every value the text of an `Fn::Sub`."""
    values = step.fields.get("environment", {}).items()
    given = {name: to_text(as_value(value)).literal for name, value in values}
    return given | {one.arn_variable: one.arn for one in step.secrets}


def _reads(step: ResolvedStep, context: BuildContext) -> Iterator[Statement]:
    """What the function is told of S3, by whichever of the steps that share it."""
    for one in _sharing(step, context):
        yield from places.reads(given(one, context), context)


def _sharing(step: ResolvedStep, context: BuildContext) -> list[ResolvedStep]:
    """The steps that share the function of one of them."""
    made_of = step.module or step.name
    steps = context.steps.values()
    return [one for one in steps if (one.module or one.name) == made_of]


TYPE = Lambda()
