"""Who answers a Task state on this machine.

What comes in: a task's resource and arguments. What goes out: its raw result, or the
error that AWS would give. Never: knows how a task is done; each kind of job declares a
function `(request, workspace) -> result`, imported when it is first asked for.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from mlmax_pipelines.asl.failures import StateError
from mlmax_pipelines.base.errors import PipelineError
from mlmax_pipelines.base.hints import question
from mlmax_pipelines.interpreter.contract import TaskHandler, TaskRequest
from mlmax_pipelines.local.workspace import Handler, Workspace
from mlmax_pipelines.steps import api, jobs
from mlmax_pipelines.steps.api import Fault

# Services whose errors are called otherwise than their integrations.
_NAMES = {"sagemaker": "SageMaker", "s3": "S3", "lambda": "Lambda"}
_SHOWN = 60
# Names and addresses of this machine have not the form of AWS's.
_JUDGED = ("enum", "max")


def handler(workspace: Workspace) -> TaskHandler:
    """What the interpreter calls for every task of an execution."""
    loaded: dict[str, Handler] = {}

    def answer(request: TaskRequest) -> Any:
        name = jobs.integration(request.resource)
        for fault in api.faults(name, request.arguments, api.as_given):
            if fault.rule in _JUDGED and not _is_name(name, fault):
                raise _refused(name, fault, request.arguments)
        if name not in loaded:
            loaded[name] = _load(_function(name, workspace.handlers))
        try:
            return loaded[name](request, workspace)
        except (KeyError, TypeError, AttributeError) as error:
            raise _ill_formed(name, error) from error
        except PipelineError as error:
            cause = f"{name}: {error.problem.line}"
            raise StateError("States.TaskFailed", cause) from error
        except (OSError, ValueError) as error:
            raise StateError("States.TaskFailed", f"{name}: {error}") from error

    return answer


def _function(name: str, brought: Mapping[str, str]) -> str:
    """Who answers an integration: as its service declares, or else as the pipeline's
    own states do. What a service declares no other package can change."""
    base, pattern = jobs.split(name)
    declared = jobs.built_in(base)
    if declared is not None and pattern in declared.local:
        return declared.local[pattern]
    if name in brought:
        return brought[name]
    raise _unknown(name, brought)


def _load(path: str) -> Handler:
    from importlib import import_module

    module, _, name = path.partition(":")
    found: Handler = getattr(import_module(module), name)
    return found


def _unknown(name: str, brought: Mapping[str, str]) -> StateError:
    known = sorted(
        {kind.integration + p for kind in jobs.all_kinds().values() for p in kind.local}
        | set(brought)
    )
    asked = question(name, known)
    hint = f" ({asked})" if asked else ""
    text = f"resource '{name}' cannot run on this machine{hint}; these can: "
    return StateError("States.Runtime", text + ", ".join(known))


def _refused(name: str, fault: Fault, request: Any) -> StateError:
    """What AWS says of a value that breaks the rules of its API's model.

    Source: SageMaker API Reference, "Common Error Types" (ValidationError). It is not
    worth another try, and is called so that none is made.
    """
    service = name.removeprefix("aws-sdk:").partition(":")[0]
    place = ".".join(map(_spelled, fault.path))
    value = str(fault.value)
    shown = value if len(value) <= _SHOWN else f"{value[:_SHOWN]}..."
    text = (
        f"1 validation error detected: Value '{shown}' at '{place}' failed to satisfy "
        f"constraint: {fault.constraint} ({api.operation(name)}"
        f"{_option(request, fault.path)})"
    )
    return StateError(f"{_NAMES.get(service, service)}.ValidationException", text)


def _option(request: Any, path: Sequence[str | int]) -> str:
    """Which option of a script it is the value of: the one before it, in a list."""
    *outer, last = path
    for part in outer:
        request = request[part]
    if not isinstance(last, int) or last == 0:
        return ""
    before = str(request[last - 1])
    return f": the value of option {before}" if before.startswith("-") else ""


def _spelled(part: str | int) -> str:
    """A member as AWS's messages have it: `containerArguments.1.member`."""
    if isinstance(part, int):
        return f"{part + 1}.member"
    return part[:1].lower() + part[1:] if part[1:2].islower() else part


def _is_name(integration: str, fault: Fault) -> bool:
    """Whether it is the job's own name, of which its service has more to say."""
    kind = jobs.built_in(jobs.split(integration)[0])
    return kind is not None and fault.path == (kind.name,)


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
