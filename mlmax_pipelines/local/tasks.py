"""Who answers a Task state on this machine.

What comes in: a task's resource and arguments. What goes out: its raw result, or the
error that AWS would give. Never: knows how a task is done; each resource names a
function `(request, workspace) -> result`, imported when it is first asked for.

A step type of another package adds its resources to `Workspace.handlers`.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from mlmax_pipelines.asl.failures import StateError
from mlmax_pipelines.base.errors import UsageError
from mlmax_pipelines.base.hints import question
from mlmax_pipelines.interpreter.contract import TaskHandler, TaskRequest
from mlmax_pipelines.local.workspace import Handler, Workspace

_HERE = "mlmax_pipelines.local"
_FUNCTION = "lambda function"

HANDLERS: Mapping[str, str] = {
    "sagemaker:createProcessingJob.sync": f"{_HERE}.jobs.processing:run",
    "sagemaker:createTrainingJob.sync": f"{_HERE}.jobs.training:run",
    "sagemaker:createTransformJob.sync": f"{_HERE}.jobs.transform:run",
    "sagemaker:createModel": f"{_HERE}.services.models:create_model",
    "aws-sdk:sagemaker:createModel": f"{_HERE}.services.models:create_model",
    "aws-sdk:sagemaker:describeModel": f"{_HERE}.services.models:describe_model",
    "aws-sdk:sagemaker:deleteModel": f"{_HERE}.services.models:delete_model",
    "aws-sdk:sagemaker:createModelPackage": f"{_HERE}.services.models:create_package",
    "aws-sdk:sagemaker:describeModelPackage": (
        f"{_HERE}.services.models:describe_package"
    ),
    "aws-sdk:sagemaker:updateModelPackage": f"{_HERE}.services.models:update_package",
    "aws-sdk:sagemaker:listModelPackages": f"{_HERE}.services.models:list_packages",
    "aws-sdk:s3:getObject": f"{_HERE}.services.s3:get_object",
    "aws-sdk:s3:headObject": f"{_HERE}.services.s3:head_object",
    "aws-sdk:s3:putObject": f"{_HERE}.services.s3:put_object",
    "aws-sdk:s3:copyObject": f"{_HERE}.services.s3:copy_object",
    "aws-sdk:s3:deleteObject": f"{_HERE}.services.s3:delete_object",
    "aws-sdk:s3:listObjectsV2": f"{_HERE}.services.s3:list_objects",
    "dynamodb:getItem": f"{_HERE}.services.dynamodb:get_item",
    "dynamodb:putItem": f"{_HERE}.services.dynamodb:put_item",
    "dynamodb:deleteItem": f"{_HERE}.services.dynamodb:delete_item",
    "sns:publish": f"{_HERE}.services.messages:publish",
    "sqs:sendMessage": f"{_HERE}.services.messages:send_message",
    "events:putEvents": f"{_HERE}.services.messages:put_events",
    "http:invoke": f"{_HERE}.services.http:invoke",
    "states:startExecution.sync": f"{_HERE}.services.nested:start_execution",
    "states:startExecution.sync:2": f"{_HERE}.services.nested:start_execution_json",
    "lambda:invoke": f"{_HERE}.jobs.function:invoke",
    _FUNCTION: f"{_HERE}.jobs.function:invoke_arn",
}


def handler(workspace: Workspace) -> TaskHandler:
    """What the interpreter calls for every task of an execution."""
    # What this package answers, no other package can change.
    known = {**workspace.handlers, **HANDLERS}
    loaded: dict[str, Handler] = {}

    def answer(request: TaskRequest) -> Any:
        name = action(request.resource)
        if name not in known:
            raise _unknown(request.resource, known)
        if name not in loaded:
            loaded[name] = _load(known[name])
        try:
            return loaded[name](request, workspace)
        except (KeyError, TypeError, AttributeError) as error:
            raise _ill_formed(name, error) from error
        except (UsageError, OSError) as error:
            raise StateError("States.TaskFailed", f"{name}: {error}") from error

    return answer


def action(resource: str) -> str:
    """`arn:aws:states:::sagemaker:createModel` -> `sagemaker:createModel`."""
    parts = resource.split(":", 5)
    if len(parts) == 6 and parts[0] == "arn":
        if parts[2] == "states" and not parts[3] and not parts[4]:
            return parts[5]
        if parts[2] == "lambda" and parts[5].startswith("function:"):
            return _FUNCTION
    return resource


def _load(path: str) -> Handler:
    from importlib import import_module

    module, _, name = path.partition(":")
    found: Handler = getattr(import_module(module), name)
    return found


def _unknown(resource: str, known: Mapping[str, str]) -> StateError:
    asked = question(action(resource), known)
    hint = f" ({asked})" if asked else ""
    available = ", ".join(sorted(known))
    return StateError(
        "States.Runtime",
        f"resource '{resource}' cannot run on this machine{hint}; these can: "
        f"{available}",
    )


def _ill_formed(name: str, error: Exception) -> StateError:
    """Arguments that lack a member, or have one of the wrong type.

    AWS refuses them with a validation error of the service; here it is told which
    member it was, and where it was asked for.
    """
    from traceback import extract_tb

    what = f"no {error}" if isinstance(error, KeyError) else str(error)
    place = extract_tb(error.__traceback__)[-1]
    where = f"{place.filename.rpartition('/')[2]}:{place.lineno}"
    return StateError("States.Runtime", f"bad arguments for '{name}': {what} ({where})")
