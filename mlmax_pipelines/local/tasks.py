"""Who answers a Task state on this machine.

What comes in: a task's resource and arguments. What goes out: its raw result, or the
error that AWS would give. Never: knows how a task is done; each kind of job declares a
function `(request, workspace) -> result`, imported when it is first asked for.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from mlmax_pipelines.asl.failures import StateError
from mlmax_pipelines.base.errors import PipelineError
from mlmax_pipelines.base.hints import question
from mlmax_pipelines.interpreter.contract import TaskHandler, TaskRequest
from mlmax_pipelines.local.workspace import Handler, Workspace
from mlmax_pipelines.steps import jobs


def handler(workspace: Workspace) -> TaskHandler:
    """What the interpreter calls for every task of an execution."""
    loaded: dict[str, Handler] = {}

    def answer(request: TaskRequest) -> Any:
        name = jobs.integration(request.resource)
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
