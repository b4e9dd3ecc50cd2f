"""What the tests of tasks share: a workspace on disk, and a way to run one task."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from mlmax_pipelines.artifacts.disk import Store
from mlmax_pipelines.asl.failures import StateError
from mlmax_pipelines.interpreter.contract import TaskRequest
from mlmax_pipelines.local import tasks
from mlmax_pipelines.local.logs import Logs
from mlmax_pipelines.local.workspace import Workspace, arn
from mlmax_pipelines.registry.local import Registry

STATES = "arn:aws:states:::"


def _no_nested(*_: Any) -> Any:
    raise AssertionError("this test starts no nested state machine")


@pytest.fixture
def workspace(tmp_path: Path) -> Workspace:
    home = tmp_path / "home"
    folder = home / "executions" / "p" / "e"
    folder.mkdir(parents=True)
    return Workspace(
        store=Store(home / "s3"),
        registry=Registry(home / "registry", arn("sagemaker", "")),
        services=home / "services",
        folder=folder,
        logs=Logs(folder / "logs"),
        functions={},
        start_nested=_no_nested,
    )


Call = Callable[..., Any]


@pytest.fixture
def call(workspace: Workspace) -> Call:
    """`call(action, arguments)`: the result of one task, or its StateError."""
    answer = tasks.handler(workspace)

    def run(action: str, arguments: Any, stop: threading.Event | None = None) -> Any:
        resource = action if action.startswith("arn:") else STATES + action
        stop = stop or threading.Event()
        return answer(TaskRequest(resource, arguments, "State", {}, None, None, stop))

    return run


@pytest.fixture
def failure(call: Call) -> Call:
    """`failure(action, arguments)`: (error, cause) of a task that fails; a cause
    that is JSON is given as data."""

    def run(*arguments: Any, **options: Any) -> tuple[str | None, Any]:
        with pytest.raises(StateError) as caught:
            call(*arguments, **options)
        cause = caught.value.cause or ""
        return caught.value.error, json.loads(cause) if cause[:1] == "{" else cause

    return run
