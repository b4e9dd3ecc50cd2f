"""The model registry's calls, as tasks make them.

What comes in: the members of a SageMaker call. What goes out: its response, with times
as text. Never: keeps anything itself; `Registry` does.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from mlmax_pipelines.asl.failures import StateError
from mlmax_pipelines.interpreter.contract import TaskRequest
from mlmax_pipelines.local.services.answers import iso_time, service_error
from mlmax_pipelines.local.workspace import Workspace
from mlmax_pipelines.registry.contract import RegistryError

_TIMES = ("CreationTime", "LastModifiedTime")


def create_model(request: TaskRequest, workspace: Workspace) -> Any:
    return _answer(request, lambda: workspace.registry.create_model(request.arguments))


def describe_model(request: TaskRequest, workspace: Workspace) -> Any:
    name = request.arguments["ModelName"]
    return _answer(request, lambda: workspace.registry.describe_model(name))


def delete_model(request: TaskRequest, workspace: Workspace) -> Any:
    name = request.arguments["ModelName"]
    return _answer(request, lambda: workspace.registry.delete_model(name))


def create_package(request: TaskRequest, workspace: Workspace) -> Any:
    return _answer(
        request, lambda: workspace.registry.create_package(request.arguments)
    )


def describe_package(request: TaskRequest, workspace: Workspace) -> Any:
    name = request.arguments["ModelPackageName"]
    return _answer(request, lambda: workspace.registry.describe_package(name))


def update_package(request: TaskRequest, workspace: Workspace) -> Any:
    return _answer(
        request, lambda: workspace.registry.update_package(request.arguments)
    )


def list_packages(request: TaskRequest, workspace: Workspace) -> Any:
    return _answer(request, lambda: workspace.registry.list_packages(request.arguments))


def _answer(request: TaskRequest, call: Callable[[], Any]) -> Any:
    try:
        return _with_text_times(call())
    except RegistryError as error:
        if ":aws-sdk:" in request.resource:
            raise service_error(
                "SageMaker", "SageMakerException", str(error), 400
            ) from None
        raise StateError("SageMaker.AmazonSageMakerException", str(error)) from None


def _with_text_times(value: Any) -> Any:
    if isinstance(value, list):
        return [_with_text_times(item) for item in value]
    if isinstance(value, dict):
        return {
            key: iso_time(item) if key in _TIMES else _with_text_times(item)
            for key, item in value.items()
        }
    return value
