"""A job whose folder has been made, and nothing run in it."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Any

import pytest

from mlmax_pipelines.interpreter.contract import TaskRequest
from mlmax_pipelines.local.jobs import job as jobs
from mlmax_pipelines.local.jobs.job import Job
from mlmax_pipelines.local.workspace import Workspace
from mlmax_pipelines.steps.services.sagemaker.jobs import PROCESSING

RESOURCE = "arn:aws:states:::sagemaker:createProcessingJob.sync"
Create = Callable[..., Job]


@pytest.fixture
def create(workspace: Workspace) -> Create:
    """`create(name, **arguments)`: a processing job."""

    def create(name: str, **arguments: Any) -> Job:
        given = {"ProcessingJobName": name, **arguments}
        stop = threading.Event()
        request = TaskRequest(RESOURCE, given, "State", {}, None, None, stop)
        return jobs.create(PROCESSING, request, workspace)

    return create
