"""What of an environment on AWS may go: old data of executions, unused code, logs.

What comes in: an environment's deployment, how old is old. What goes out: folders that
nothing refers to, streams of logs. Never: what a version of a model, a deployment in
force since then, a parameter or a running execution names; or the records of what ran.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

from mlmax_pipelines.aws import deployments, objects, references, stacks, streams
from mlmax_pipelines.aws.objects import Folder
from mlmax_pipelines.aws.streams import Stream
from mlmax_pipelines.base import layout
from mlmax_pipelines.base.errors import UsageError
from mlmax_pipelines.base.names import jobs_owner, pipeline_of
from mlmax_pipelines.steps import jobs

if TYPE_CHECKING:
    from mlmax_pipelines.project.deployment import Deployment

_DAY = 86_400


@dataclass(frozen=True)
class Prunable:
    """Folders and streams that may go, by what they are: `executions of training`."""

    what: str
    places: Sequence[Folder | Stream]

    @property
    def bytes(self) -> int:
        return sum(one.bytes for one in self.places)


def old(target: Deployment, days: int) -> list[Prunable]:
    """What is older than so many days and nothing refers to, and what jobs printed
    longer ago than the environment's logs are kept. Raises AwsError."""
    now = target.clock()
    search = _Search(target, now - days * _DAY)
    found = [*search.executions(), *search.parts(), search.logs(now)]
    return [one for one in found if one.places]


def below(target: Deployment, address: str) -> Prunable:
    """All below an address, however old: of a person who must be forgotten, say.

    Raises UsageError for what is none of the environment's data, or is referred to.
    """
    search = _Search(target, 0)
    bucket, key = layout.split(address)
    written = bucket == search.artifacts and not key.startswith(layout.RECORDS)
    uploaded = bucket == search.code and key.startswith(layout.DATA)
    if not key or not (written or uploaded):
        text = f"'{address}' is no data of environment '{target.environment.name}'"
        hint = (
            f"what executions wrote is below s3://{search.artifacts}/PIPELINE/, what "
            f"was uploaded below s3://{search.code}/{layout.DATA}"
        )
        raise UsageError(text, hint=hint)
    for arn, text in search.models.items():
        if f"{bucket}/{key}" in text:
            raise UsageError(
                f"version '{arn}' of a model refers to '{address}'",
                hint="delete that version first: aws sagemaker delete-model-package "
                f"--model-package-name {arn}",
            )
    # An object of that name, and what is below it: nothing that only begins so.
    keys = [key] if key.endswith("/") else [key, f"{key}/"]
    found = [objects.versions(target.session, bucket, one) for one in keys]
    return Prunable("data", [one for one in found if one.objects])


class _Search:
    def __init__(self, target: Deployment, since: float) -> None:
        self._session = target.session
        self._since = since
        self._stack = stacks.deployed(target.session, target.environment)
        self.artifacts = self._stack.outputs["ArtifactBucket"]
        self.code = self._stack.parameters["CodeBucket"]
        prefix = f"{target.stack_name}-"
        self.models = dict(references.of_models(target.session, prefix))

    def executions(self) -> Iterator[Prunable]:
        """What executions wrote, by pipeline."""
        named = self._named()
        by_pipeline: dict[str, list[Folder]] = {}
        for one in objects.folders(self._session, self.artifacts, "", 2):
            pipeline, slash, _ = one.key.partition("/")
            is_data = slash and not one.key.startswith(layout.RECORDS)
            if is_data and one.newest < self._since and one.key not in named:
                by_pipeline.setdefault(pipeline, []).append(one)
        for pipeline, found in sorted(by_pipeline.items()):
            yield Prunable(f"executions of {pipeline}", found)

    def parts(self) -> Iterator[Prunable]:
        """What deployments were made of, and data that was uploaded."""
        needed = references.of_deployments(self._session, self.code, self._since)
        said = "".join([*self.models.values(), self._running, *self._records()])
        needed |= references.reached(self._session, self.code, references.keys_in(said))
        for prefix in layout.OF_DEPLOYMENTS:
            found = objects.folders(self._session, self.code, prefix, 2)
            gone = [one for one in found if self._is_unused(one, needed)]
            yield Prunable(prefix.rstrip("/"), gone)

    def logs(self, now: float) -> Prunable:
        """What jobs printed, in groups that the whole account has in common."""
        days = int(self._stack.parameters["LogRetentionDays"])
        owner = f"{jobs_owner(self._stack.name)}-"
        groups = {one.log_group for one in jobs.all_kinds().values()} - {""}
        since = now - days * _DAY
        found = streams.old(self._session, sorted(groups), owner, since)
        return Prunable("logs of jobs", [*found])

    def _is_unused(self, one: Folder, needed: set[str]) -> bool:
        keys = references.keys_in(one.key)
        if one.newest >= self._since or not keys or keys & needed:
            return False
        if not one.key.startswith(layout.PACKAGES):
            return True
        # A list of what a deployment needs: gone with the root template that it names.
        listed = json.loads(references.text_of(self._session, self.code, one.key))
        return not references.keys_in(listed["root"]) & needed

    def _named(self) -> str:
        """All texts that may name what an execution wrote."""
        record = deployments.latest(self._session, self.code, self._stack.name) or {}
        given = json.dumps(record.get("parameters", {}))
        root = references.text_of(self._session, self.code, record.get("root", "-"))
        return "\n".join([given, root, self._running, *self.models.values()])

    @cached_property
    def _running(self) -> str:
        """What is known of executions that run: where they write, their input."""
        found: list[str] = []
        for machine in self._stack.machines:
            pipeline = pipeline_of(machine, self._stack.name)
            found += references.of_running(self._session, machine, pipeline)
        return "\n".join(found)

    def _records(self) -> Iterator[str]:
        """The records of what ran since then: they name what was given to it."""
        prefix = layout.RECORDS
        for one in objects.folders(self._session, self.artifacts, prefix, 3):
            if one.newest >= self._since:
                key = f"{one.key}{layout.RECORD}"
                yield references.text_of(self._session, self.artifacts, key)
