"""Streams of jobs that are old, by their last line."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from mlmax_pipelines.aws import streams
from mlmax_pipelines.aws.failures import Refused

DAY = 86_400


class Logs:
    """A session whose groups have these streams."""

    def __init__(self, **groups: list[dict[str, Any]]) -> None:
        self._groups = groups

    def pages(self, service: str, operation: str, **given: Any) -> Iterator[Any]:
        group = given["logGroupName"]
        if group not in self._groups:
            code = "AccessDenied" if group == "secret" else "ResourceNotFoundException"
            raise Refused("no", "", code, "no")
        yield {"logStreams": self._groups[group]}


def _found(session: Any, *groups: str) -> list[str]:
    return [one.address for one in streams.old(session, groups, "ml-", 10 * DAY)]


def test_the_last_line_tells_how_old_one_is() -> None:
    day = DAY * 1000
    listed = [
        {"logStreamName": "old", "creationTime": 1, "lastEventTimestamp": 9 * day},
        {"logStreamName": "long", "creationTime": 1, "lastEventTimestamp": 11 * day},
        {"logStreamName": "empty", "creationTime": 2 * day},
    ]
    assert _found(Logs(g=listed), "g") == ["g:old", "g:empty"]


def test_a_group_that_no_job_has_made_yet_is_none() -> None:
    assert _found(Logs(g=[]), "missing", "g") == []
    with pytest.raises(Refused):
        _found(Logs(), "secret")
