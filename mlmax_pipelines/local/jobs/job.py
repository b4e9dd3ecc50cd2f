"""What every job has: a name of its own, and a folder like its container.

What comes in: the arguments of a Create...Job call. What goes out: paths, commands
and environments fit for this machine, and the process's end. Never: passes AWS
credentials on (`surroundings`), or decides what a job's end means (`ending` does).

`/opt/ml` is `<execution>/jobs/<job name>/opt/ml` here. A script that takes its paths
from its arguments, hyperparameters or environment, as SageMaker's examples do, needs
no change; others join them to `ML_ROOT`, which is set here and else means `/opt/ml`.
One that spells `/opt/ml` out in its code cannot work outside a container.
"""

from __future__ import annotations

import json
import os
import re
import sys
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from mlmax_pipelines.asl.failures import StateError
from mlmax_pipelines.base import archives, leaving
from mlmax_pipelines.base.errors import UsageError
from mlmax_pipelines.base.limits import SAGEMAKER_NAME
from mlmax_pipelines.base.names import SAGEMAKER_FORM
from mlmax_pipelines.declared import JobKind
from mlmax_pipelines.interpreter.contract import TaskRequest
from mlmax_pipelines.local.jobs import process
from mlmax_pipelines.local.jobs.kin import EXECUTION_MARK
from mlmax_pipelines.local.jobs.surroundings import guard, inherited
from mlmax_pipelines.local.workspace import Workspace, arn

# Where a path into the container starts: not in the middle of another path.
_CONTAINER_PATH = re.compile(r"(?<![\w./-])/opt/ml(?![\w.-])")


class JobFailed(Exception):
    """The job fails before or after its process; the text is its FailureReason."""


@dataclass(frozen=True)
class Job:
    """A job whose folder has been made. `created` is in seconds since the epoch."""

    kind: JobKind
    name: str
    arn: str
    arguments: Mapping[str, Any]
    folder: Path
    log: Path
    created: float
    request: TaskRequest
    workspace: Workspace

    def member(self, name: str) -> str:
        """What the API calls something of this kind of job: `ProcessingJobArn`."""
        return self.kind.name.removesuffix("Name") + name

    @property
    def container(self) -> Path:
        """What `/opt/ml` is in the container."""
        return self.folder / "opt" / "ml"

    def path(self, container_path: str) -> Path:
        """A path of the container on this machine. Raises JobFailed when outside."""
        path = Path(os.path.normpath(self.local(container_path)))
        if not path.is_relative_to(self.container):
            raise JobFailed(
                f"ClientError: '{container_path}' is not a path under /opt/ml"
            )
        return path

    def local(self, text: str) -> str:
        """The text with every container path in it rewritten."""
        return _CONTAINER_PATH.sub(lambda _: str(self.container), text)

    def command(self, words: Sequence[str]) -> list[str]:
        """Words of a command for this machine; its Python is the one that runs."""
        local = [self.local(str(word)) for word in words]
        if local and local[0] in ("python", "python3"):
            local[0] = sys.executable
        return local

    def environment(self, *more: Mapping[str, str]) -> dict[str, str]:
        """The process's environment; later mappings win, container paths rewritten."""
        profile = self.workspace.job_profile
        values = inherited(profile)
        values.update(
            PYTHONUNBUFFERED="1",
            # Scripts that spell no path out find the container's tree by it.
            ML_ROOT=str(self.container),
            # Scripts that write /opt/ml/output/message or failure find it here.
            SM_OUTPUT_DIR=str(self.container / "output"),
        )
        for mapping in more:
            values.update((k, self.local(str(v))) for k, v in mapping.items())
        values.update(self.workspace.secret_values(self.request.state))
        values[EXECUTION_MARK] = str(self.workspace.folder)
        return {**values, **guard(profile)}

    def run(
        self, command: Sequence[str], environment: Mapping[str, str], folder: Path
    ) -> process.Ended:
        """Run the job's process to its end, within the job's own time limit."""
        condition = self.arguments.get("StoppingCondition") or {}
        seconds = condition.get("MaxRuntimeInSeconds")
        return process.run(
            command,
            folder=folder,
            environment=environment,
            log=self.log,
            stop=self.request.stop,
            seconds=None if seconds is None else float(seconds),
        )

    def download(self, uri: str, to: Path, name: str) -> None:
        """Copy an input in. Raises JobFailed when there is nothing at `uri`."""
        to.mkdir(parents=True, exist_ok=True)
        if not self.workspace.store.copy_out(uri, to):
            raise JobFailed(
                f"ClientError: Data download failed: no S3 objects found under "
                f"'{uri}' (input '{name}')"
            )

    def left(self, container_path: str) -> Path:
        """The folder that the job was to write into. Raises JobFailed when it is none
        any more, or holds what a bucket could not."""
        path = self.path(container_path)
        inside = os.path.relpath(path, self.container)
        text = ""
        if os.path.realpath(path) != os.path.join(
            os.path.realpath(self.container), inside
        ):
            text = f"'{container_path}' is a link, it must be a folder"
        elif not path.is_dir():
            what = "a file, it must be a folder" if path.exists() else "gone"
            text = f"'{container_path}' is {what}"
        else:
            try:
                leaving.check_names((n, path) for n, _ in archives.walk(path))
            except UsageError as error:
                text = f"in '{container_path}' {error.problem.message}"
        if text:
            raise JobFailed(f"ClientError: Data upload failed: {text}")
        return path

    def write_config(self, path: str, content: Any) -> None:
        """Write a configuration file that SageMaker puts into every container."""
        file = self.container / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(json.dumps(content), encoding="utf-8")


def create(kind: JobKind, request: TaskRequest, workspace: Workspace) -> Job:
    """Make the job's folder. Raises StateError for a bad name or one in use."""
    name = request.arguments.get(kind.name)
    if not isinstance(name, str) or not SAGEMAKER_FORM.fullmatch(name):
        raise StateError(
            "SageMaker.AmazonSageMakerException",
            f"1 validation error detected: Value '{name}' at "
            f"'{kind.name}' failed to satisfy constraint: up to {SAGEMAKER_NAME} "
            f"letters, digits and hyphens, starting and ending with a letter or digit",
        )
    folder = workspace.folder / "jobs" / name
    try:
        folder.parent.mkdir(exist_ok=True)
        folder.mkdir()
    except FileExistsError:
        raise StateError(
            "SageMaker.ResourceInUseException",
            f"Job name must be unique within an AWS account and region, and a "
            f"{kind.label} with this name already exists "
            f"({arn('sagemaker', f'{kind.resource}/{name}')})",
        ) from None
    (folder / "opt" / "ml" / "output").mkdir(parents=True)
    return Job(
        kind=kind,
        name=name,
        arn=arn("sagemaker", f"{kind.resource}/{name.lower()}"),
        arguments=request.arguments,
        folder=folder,
        log=workspace.logs.create(request.state, request.iteration),
        created=time.time(),
        request=request,
        workspace=workspace,
    )


def fetch_object(job: Job, uri: str, what: str) -> Path:
    """The file of one object that a job needs. Raises JobFailed when missing."""
    found = job.workspace.store.provide(uri)
    if len(found) != 1 or uri.endswith("/"):
        reason = f"no S3 object '{uri}' ({what})"
        raise JobFailed(f"ClientError: {reason}")
    return found[0].path
