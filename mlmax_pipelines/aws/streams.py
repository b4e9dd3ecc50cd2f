"""Streams of what jobs printed, in log groups that all of an account share.

What comes in: log groups, what names of streams begin with. What goes out: streams;
one of them deleted. Never: the retention of a group, which is not ours alone.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any, NamedTuple

from mlmax_pipelines.aws.failures import Refused
from mlmax_pipelines.aws.session import Session

_NO_GROUP = "ResourceNotFoundException"


class Stream(NamedTuple):
    """A stream of a log group; nobody tells how large it is."""

    group: str
    name: str
    bytes: int = 0

    @property
    def address(self) -> str:
        return f"{self.group}:{self.name}"

    def delete(self, session: Session) -> None:
        """Raises Refused."""
        given = {"logGroupName": self.group, "logStreamName": self.name}
        session.call("logs", "delete_log_stream", **given)


def listed(session: Session, group: str, prefix: str) -> Iterator[Mapping[str, Any]]:
    """Those of a group whose names begin so, as CloudWatch Logs describes them. Raises
    Refused."""
    given = {"logGroupName": group, "logStreamNamePrefix": prefix}
    try:
        for page in session.pages("logs", "describe_log_streams", **given):
            yield from page["logStreams"]
    except Refused as error:
        # No job of this kind has printed anything in this account yet.
        if error.code != _NO_GROUP:
            raise


def old(
    session: Session, groups: Iterable[str], prefix: str, since: float
) -> Iterator[Stream]:
    """Those whose names begin so and whose last line is older than `since`, in seconds
    since the epoch. Raises Refused."""
    for group in groups:
        for one in listed(session, group, prefix):
            last = one.get("lastEventTimestamp") or one.get("creationTime", 0)
            if last < since * 1000:
                yield Stream(group, one["logStreamName"])
