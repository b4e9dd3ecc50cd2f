"""What Lambda would refuse of a function, found while it is compiled.

What comes in: a resolved step. What goes out: (place, message, hint) for each thing
wrong. Never: the project's files; `compiler.handlers` looks at those.

Source: AWS Lambda Developer Guide, "Using Lambda environment variables" (names, 4 KB
together) and "Defined runtime environment variables" (names that are taken); botocore's
service-2.json of lambda, EnvironmentVariableName.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from mlmax_pipelines.base.limits import FUNCTION_VARIABLES
from mlmax_pipelines.steps.contract import Found, ResolvedStep
from mlmax_pipelines.steps.values import as_value, to_text

_NAME = re.compile(r"[A-Za-z][A-Za-z0-9_]+")
_HANDLER = re.compile(r"(?:[^/.]+/)*[^/.]+\.\w+")
_TAKEN = frozenset(
    "AWS_REGION AWS_DEFAULT_REGION AWS_EXECUTION_ENV AWS_LAMBDA_FUNCTION_NAME "
    "AWS_LAMBDA_FUNCTION_MEMORY_SIZE AWS_LAMBDA_FUNCTION_VERSION "
    "AWS_LAMBDA_INITIALIZATION_TYPE AWS_LAMBDA_LOG_GROUP_NAME "
    "AWS_LAMBDA_LOG_STREAM_NAME AWS_ACCESS_KEY AWS_ACCESS_KEY_ID "
    "AWS_SECRET_ACCESS_KEY AWS_SESSION_TOKEN AWS_LAMBDA_RUNTIME_API "
    "LAMBDA_TASK_ROOT LAMBDA_RUNTIME_DIR".split()
)


def of_somebody_else(step: ResolvedStep) -> Iterator[Found]:
    """What a function that exists has already, and nobody can give it here."""
    what = f"the function of step '{step.name}' exists"
    hint = "name a 'handler' of the project instead, or change the function itself"
    if step.iam or step.secrets:
        key = "iam" if step.iam else "secrets"
        yield (key,), f"{what}, with a role of its own", hint
    if "concurrency" in step.fields:
        yield ("concurrency",), f"{what}, with executions of its own", hint
    if "environment" in step.fields:
        yield ("environment",), f"{what}, with variables of its own", hint


def of_the_project(step: ResolvedStep) -> Iterator[Found]:
    """A handler of the right form, in Python; variables that Lambda takes."""
    handler = step.fields["handler"]
    if isinstance(handler, str) and not _HANDLER.fullmatch(handler):
        text = f"'{handler}' is no handler"
        yield (
            ("handler",),
            text,
            "src/load.handler: the function 'handler' of src/load.py",
        )
    runtime = step.fields.get("runtime", "python")
    if isinstance(runtime, str) and not runtime.startswith("python"):
        text = f"'{runtime}' is no Python, which runs here as on AWS"
        hint = "deploy such a function yourself, and name it: function: NAME"
        yield ("runtime",), text, hint
    yield from _variable_problems(step)


def _name_problems(place: tuple[str, str], name: str) -> Iterator[Found]:
    if not _NAME.fullmatch(name):
        hint = "two or more letters, digits and '_', beginning with a letter"
        yield place, f"'{name}' cannot be a variable of a function", hint
    elif name in _TAKEN:
        yield place, f"'{name}' is set by Lambda itself", "give it another name"


def _variable_problems(step: ResolvedStep) -> Iterator[Found]:
    total = 0
    for secret in step.secrets:
        yield from _name_problems(("secrets", secret.variable), secret.arn_variable)
        total += len(secret.arn_variable) + len(secret.arn)
    for name, written in step.fields.get("environment", {}).items():
        place = ("environment", name)
        yield from _name_problems(place, name)
        if isinstance(written, (Mapping, list)):
            text = f"'{name}' is a list or an object"
            yield place, text, "a variable is a text: write it as JSON, in quotes"
            continue
        value = to_text(as_value(written))
        if written is None:
            yield place, f"'{name}' has no value", 'leave it out, or write ""'
        if not value.is_literal:
            text = f"'{name}' has a value only while the pipeline runs"
            yield place, text, "a function is made before: give it as an input"
            continue
        total += len(name.encode()) + len(value.literal.encode())
    if total > FUNCTION_VARIABLES:
        text = f"the variables of step '{step.name}' have {total:,} bytes together"
        hint = f"Lambda takes {FUNCTION_VARIABLES:,}: give the rest as inputs"
        yield ("environment",), text, hint
