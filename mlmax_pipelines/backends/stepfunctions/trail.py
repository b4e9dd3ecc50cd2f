"""What stays known of an execution when Step Functions has forgotten it.

What comes in: an execution's ARN. What goes out: what the stack's recorder put into the
artifact bucket at its end, the deployment that made what it ran. Never: what is not
there, or what the caller may not read: both are None.

Step Functions keeps a Standard execution for 90 days after its end (AWS Step Functions
Developer Guide, "Service quotas").
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from functools import cached_property
from typing import Any

from mlmax_pipelines import __version__
from mlmax_pipelines.artifacts.contract import Artifact
from mlmax_pipelines.artifacts.s3 import Store
from mlmax_pipelines.aws.deployments import Records
from mlmax_pipelines.aws.session import Session
from mlmax_pipelines.backends.contract import Origin
from mlmax_pipelines.backends.stepfunctions.deployment import Deployment
from mlmax_pipelines.base import layout
from mlmax_pipelines.base.errors import AwsError
from mlmax_pipelines.base.forms import parse_json

_TIMES = ("startDate", "stopDate", "redriveDate")
Answer = Mapping[str, Any]


class Trail:
    """The records of the executions of one stack."""

    def __init__(self, session: Session, deployment: Deployment, store: Store) -> None:
        self._session, self._deployment, self._store = session, deployment, store
        # What was asked for here, for want of an answer of Step Functions.
        self.past: dict[str, Answer] = {}

    def described(self, execution: str) -> Answer | None:
        """What DescribeExecution answered at its end."""
        found = self._read(execution, layout.RECORD)
        if not isinstance(found, Mapping):
            return None
        told = {key[0].lower() + key[1:]: value for key, value in found.items()}
        for key in _TIMES:
            if key in told:
                told[key] = _moment(told[key])
        self.past[execution] = told
        return told

    def definition(self, execution: str) -> Mapping[str, Any]:
        """What a past execution ran. Raises AwsError when no deployment made it."""
        revision = self.past[execution].get("revision", {})
        id = revision.get("Id") or _moment(revision["At"]).timestamp()
        found = self._deployments.definition(execution.split(":")[6], id)
        if found is None:
            raise AwsError(
                f"nothing tells what '{execution.rpartition(':')[2]}' ran: no recorded "
                "deployment made it, and Step Functions no longer knows it"
            )
        return found

    def origin(
        self, execution: str, started: float, definition: Mapping[str, Any] | None
    ) -> Origin:
        """Who started it, and who deployed what it ran."""
        starter = self._first(execution, layout.STARTER)
        claim = self._first(execution, layout.CLAIM)
        told: Mapping[str, Any] | None = {}
        if definition is not None:
            try:
                told = self._deployments.of(definition, started)
            except AwsError:
                told = None
        return Origin(starter.get("starter", ""), claim.get("by", ""), told)

    def approver(self, model: str) -> str:
        """Who approved a version of a model last, as CloudTrail told; "" for nobody."""
        bucket = self._deployment.artifact_bucket
        try:
            listed = self._store.list(layout.uri(bucket, layout.approvals(model)))
            read = [parse_json(self._store.read(one.uri) or b"{}") for one in listed]
        except (AwsError, ValueError):
            return ""
        approved = [one for one in read if one.get("status") == "Approved"]
        last = max(approved, key=lambda one: str(one.get("at")), default=None)
        return str(last["by"]) if last else ""

    def objects(self, execution: str) -> Sequence[Artifact] | None:
        """What lay where it wrote when it ended, in the order of its keys."""
        if self._read(execution, layout.RECORD) is None:
            return None
        bucket, found, page = self._deployment.artifact_bucket, [], 1
        while listed := self._read(execution, f"{layout.OBJECTS}{page}.json"):
            found += [
                Artifact(
                    layout.uri(bucket, one["Key"]),
                    *("", ""),
                    one["Size"],
                    mark=one["ETag"].strip('"'),
                    version=one["VersionId"],
                )
                for one in listed
            ]
            page += 1
        return found

    def claim(
        self, execution: str, by: Callable[[], str], tell: Callable[[str], None]
    ) -> None:
        """Keep who says to have started it: not every account's CloudTrail tells."""
        try:
            said = json.dumps({"by": by(), "tool": __version__}).encode()
            self._store.write(self._uri(execution, layout.CLAIM), said)
        except AwsError as error:
            tell(f"who started it was not kept: {error.problem.message}")

    @cached_property
    def _deployments(self) -> Records:
        """Raises AwsError for a stack that has no bucket of code."""
        own = self._deployment
        return Records(self._session, own.code_bucket, own.stack)

    def _read(self, execution: str, name: str) -> Any:
        try:
            found = self._store.read(self._uri(execution, name))
            return None if found is None else parse_json(found)
        except (AwsError, ValueError):
            return None

    def _first(self, execution: str, name: str) -> Mapping[str, Any]:
        """What was there first: who starts what runs already started nothing."""
        try:
            found = next(self._store.versions(self._uri(execution, name)), (b"{}", ""))
            known: Mapping[str, Any] = parse_json(found[0] or b"{}")
        except (AwsError, ValueError):
            return {}
        return known

    def _uri(self, execution: str, name: str) -> str:
        key = layout.recorded(execution, name)
        return layout.uri(self._deployment.artifact_bucket, key)


def _moment(text: str) -> datetime:
    """A time as Step Functions writes it; the `Z` is new to Python 3.11."""
    return datetime.fromisoformat(text.replace("Z", "+00:00"))


def placed(found: Iterable[Artifact], base: str) -> list[Artifact]:
    """What steps wrote, with the step and the output each object is of."""
    return [
        replace(item, step=step, output=output)
        for item in found
        if "/" in (rest := item.uri[len(base) :])
        for step, output in (layout.step_and_output(rest),)
    ]
