"""What was deployed to a stack, when and by whom: kept in the bucket of its code.

What comes in: a bucket, a stack's name. What goes out: records, oldest first. Never:
one changed that is there.

A record says what was deployed (`root`, the key of the root template, and its
parameters), from what (project, commit, release of the tool), and what its machines,
roles and schedules were set to right afterwards, and what stays (`kept`) when the stack
is deleted. Beside the records, one small object
for each definition leads from an execution to the deployment that made it.
"""

from __future__ import annotations

import json
import time
from collections.abc import Mapping
from functools import cached_property
from typing import Any

from mlmax_pipelines.asl.canonical import digest
from mlmax_pipelines.aws.changes import MACHINE
from mlmax_pipelines.aws.failures import Refused
from mlmax_pipelines.aws.session import Session
from mlmax_pipelines.base.files import unique
from mlmax_pipelines.base.forms import Each, Has, fault, parse_json

FOLDER = "deployments/"
_MISSING = ("NoSuchKey", "404")
_FORM = Has(
    ("time", "by", "root", "parameters", "seen"),
    {
        "parameters": dict,
        "seen": Each(Has(("of", "set"), {"set": dict})),
        "kept": [list],
    },
)


def write(session: Session, bucket: str, stack: str, record: Mapping[str, Any]) -> str:
    """Keep a record; its id, which says when. Raises Refused."""
    id = f"{moment(record['time'])}-{unique()[:4]}"
    _put(session, bucket, f"{FOLDER}{stack}/{id}.json", {**record, "id": id})
    for key, one in record["seen"].items():
        if key.startswith(MACHINE):
            at = _of_definition(stack, digest(one["set"]["definition"]))
            _put(session, bucket, at, {"deployment": id})
            name = key.rpartition(":")[2]
            at = _of_revision(stack, name, one["revision"])
            _put(session, bucket, at, {"deployment": id, "seen": key})
    return id


def ids(session: Session, bucket: str, stack: str) -> list[str]:
    """The ids of a stack's records, oldest first. Raises Refused."""
    prefix = f"{FOLDER}{stack}/"
    given = {"Bucket": bucket, "Prefix": prefix, "Delimiter": "/"}
    pages = session.pages("s3", "list_objects_v2", **given)
    keys = [one["Key"] for page in pages for one in page.get("Contents", ())]
    return sorted(key[len(prefix) : -len(".json")] for key in keys)


def read(session: Session, bucket: str, stack: str, id: str) -> dict[str, Any] | None:
    """One record; None when there is none, or what is there is none."""
    found = _get(session, bucket, f"{FOLDER}{stack}/{id}.json")
    return None if found is None or fault(_FORM, found) else found


def latest(session: Session, bucket: str, stack: str) -> dict[str, Any] | None:
    """The newest record; None before there is one, or where nobody may look."""
    try:
        known = ids(session, bucket, stack)
        return read(session, bucket, stack, known[-1]) if known else None
    except Refused:
        return None


class Records:
    """The records of one stack, for who asks about many executions: each is read once.
    Every method raises Refused."""

    def __init__(self, session: Session, bucket: str, stack: str) -> None:
        self._place = (session, bucket, stack)
        self._read: dict[str, dict[str, Any] | None] = {}

    def of(
        self, definition: Mapping[str, Any], started: float
    ) -> Mapping[str, Any] | None:
        """The record of the deployment that made this definition: that in force when
        it was started, or the last one that had it; {} when none did. None for what
        ran before the first record."""
        session, bucket, stack = self._place
        wanted = digest(definition)
        found = _get(session, bucket, _of_definition(stack, wanted))
        if not found:
            return {} if self._ids and self._ids[0] < moment(started) else None
        before = [id for id in self._ids if id <= moment(started)]
        for id in (*before[-1:], found["deployment"]):
            record = self._one(id)
            if record and _has(record, definition, wanted):
                return record
        return {}

    def definition(
        self, machine: str, revision: str | float
    ) -> Mapping[str, Any] | None:
        """What a machine ran in one of its revisions; None when no recorded deployment
        made that."""
        session, bucket, stack = self._place
        found = _get(session, bucket, _of_revision(stack, machine, revision))
        record = self._one(found["deployment"]) if found else None
        if record is None:
            return None
        known: Mapping[str, Any] = record["seen"][found["seen"]]["set"]["definition"]
        return known

    @cached_property
    def _ids(self) -> list[str]:
        return ids(*self._place)

    def _one(self, id: str) -> dict[str, Any] | None:
        if id not in self._read:
            self._read[id] = read(*self._place, id)
        return self._read[id]


def _has(record: Mapping[str, Any], definition: Any, wanted: str) -> bool:
    """Whether a deployment made a definition of this digest. That of one which is not
    even equal need not be worked out: a stack may have hundreds."""
    made = (one["set"].get("definition") for one in record["seen"].values())
    return any(one == definition and digest(one) == wanted for one in made)


def moment(seconds: float) -> str:
    return time.strftime("%Y%m%d-%H%M%S", time.gmtime(seconds))


def _of_definition(stack: str, digest: str) -> str:
    return f"{FOLDER}{stack}/definitions/{digest}.json"


def _of_revision(stack: str, machine: str, revision: str | float) -> str:
    """A revision has an id, the first one only the time when it was made."""
    id = revision if isinstance(revision, str) else moment(revision)
    return f"{FOLDER}{stack}/revisions/{machine}/{id}.json"


def _put(session: Session, bucket: str, key: str, content: Any) -> None:
    body = json.dumps(content, indent=1).encode()
    session.call("s3", "put_object", Bucket=bucket, Key=key, Body=body)


def _get(session: Session, bucket: str, key: str) -> Any:
    try:
        answer = session.call("s3", "get_object", Bucket=bucket, Key=key)
    except Refused as error:
        if error.code in _MISSING:
            return None
        raise
    try:
        return parse_json(answer["Body"].read())
    except ValueError:
        return None
