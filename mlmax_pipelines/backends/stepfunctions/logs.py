"""What jobs print, from CloudWatch Logs, as it comes.

What comes in: histories, and the jobs in them. What goes out: lines so far, in the
order in which they were fetched, so that the n-th line stays the n-th. Never: a line
fetched twice, or AWS asked more often than every few seconds however often it is
called.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Mapping
from typing import Any, NamedTuple

from mlmax_pipelines.aws import streams
from mlmax_pipelines.aws.failures import Refused
from mlmax_pipelines.aws.session import Session
from mlmax_pipelines.backends.contract import LogLine
from mlmax_pipelines.backends.stepfunctions import jobs
from mlmax_pipelines.backends.stepfunctions.history import History
from mlmax_pipelines.backends.stepfunctions.jobs import Job
from mlmax_pipelines.base.names import is_visit

_LOOK_SECONDS = 2.0
# CloudWatch shows a line some seconds after it was printed.
_LATE_SECONDS = 10.0
# As many as anybody asks for of a log's end.
_END_EVENTS = 30


class Logs:
    """The logs of executions; `history` gives that of an ARN."""

    def __init__(self, session: Session, history: Callable[[str], History]) -> None:
        self._session = session
        self._history = history
        self._logs: dict[str, JobLog] = {}
        self._jobs: dict[str, tuple[int, list[Job]]] = {}

    def lines(self, arn: str, state: str, after: int) -> Iterator[LogLine]:
        """The lines of its jobs, without the first `after`. Raises Refused, but not
        while somebody follows the history: who does is told, and waits."""
        followed = self._history(arn).followed
        for job in self.of(arn, state):
            lines = self._of(job, followed)
            for line in lines[after:]:
                yield LogLine(job.visit, line.text, line.at)
            after = max(0, after - len(lines))

    def end(self, arn: str, state: str, most: int) -> list[str]:
        """The last lines of the newest job. Raises Refused, as `lines` does."""
        jobs = self.of(arn, state)
        return self._end_of(jobs[-1], most, self._history(arn).followed) if jobs else []

    def job(self, arn: str, state: str) -> Job | None:
        """The newest of a state, or of one visit of it."""
        found = self.of(arn, state)
        return found[-1] if found else None

    def of(self, arn: str, state: str) -> list[Job]:
        """Those of a state, or of one visit of it."""
        return [job for job in self.jobs(arn) if is_visit(job.visit, state)]

    def jobs(self, arn: str) -> list[Job]:
        """Those of nested state machines too: they belong to the execution."""
        events = self._history(arn).current()
        count, own = self._jobs.get(arn, (0, []))
        if count != len(events):
            own = jobs.read(events)
            self._jobs[arn] = (len(events), own)
        inner = [job for one in jobs.nested(events) for job in self.jobs(one)]
        return [*own, *inner]

    def _of(self, job: Job, followed: bool) -> list[Printed]:
        log = self._log(job)
        try:
            log.refresh(job.over)
        except Refused:
            if not followed:
                raise
        return log.lines

    def _end_of(self, job: Job, most: int, followed: bool) -> list[str]:
        log = self._log(job)
        try:
            return log.end(most, job.over)
        except Refused:
            if not followed:
                raise
        return []

    def _log(self, job: Job) -> JobLog:
        return self._logs.setdefault(job.name, JobLog(self._session, job))


class Printed(NamedTuple):
    """A line, and when it was printed, in seconds since the epoch."""

    text: str
    at: float


class JobLog:
    """The lines of one job, from each of its streams."""

    def __init__(
        self,
        session: Session,
        job: Job,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._session = session
        self._job = job
        self._clock = clock
        self._tokens: dict[str, str] = {}
        self._looked: float | None = None
        self._over_since: float | None = None
        self._end_looked: float | None = None
        self._end_over = False
        self._end: list[str] = []
        self.lines: list[Printed] = []

    def refresh(self, over: bool) -> None:
        """Fetch new lines, when it is time; `over`: the job prints no more."""
        now = self._clock()
        if over and self._over_since is None:
            self._over_since = now
        if self._looked is not None and not self._is_due(now):
            return
        self._looked = now
        for stream in self._streams():
            self._read(stream)

    def end(self, most: int, over: bool) -> list[str]:
        """The last lines, fetched by themselves when it is time; and once more when the
        job is over."""
        now = self._clock()
        ended = over and not self._end_over
        if ended or self._end_looked is None or now >= self._end_looked + _LOOK_SECONDS:
            self._end_looked, self._end_over = now, over
            streams = (self._newest(stream) for stream in self._streams())
            events = [event for stream in streams for event in stream]
            events.sort(key=lambda event: int(event["timestamp"]))
            self._end = [_printed(event).text for event in events]
        return self._end[-most:]

    def _newest(self, stream: str) -> list[Mapping[str, Any]]:
        answer = self._session.call(
            "logs",
            "get_log_events",
            logGroupName=self._job.kind.log_group,
            logStreamName=stream,
            startFromHead=False,
            limit=_END_EVENTS,
        )
        events: list[Mapping[str, Any]] = answer["events"]
        return events

    def _is_due(self, now: float) -> bool:
        assert self._looked is not None
        if self._over_since is not None:
            if self._looked > self._over_since + _LATE_SECONDS:
                return False
        return now - self._looked >= _LOOK_SECONDS

    def _streams(self) -> list[str]:
        """All streams, also those that have come since: one for each instance."""
        group, prefix = self._job.kind.log_group, f"{self._job.name}/"
        found = streams.listed(self._session, group, prefix)
        return [one["logStreamName"] for one in found]

    def _read(self, stream: str) -> None:
        while True:
            token = self._tokens.get(stream)
            answer = self._session.call(
                "logs",
                "get_log_events",
                logGroupName=self._job.kind.log_group,
                logStreamName=stream,
                startFromHead=True,
                **({"nextToken": token} if token else {}),
            )
            self.lines += map(_printed, answer["events"])
            self._tokens[stream] = answer["nextForwardToken"]
            # At the end of a stream the token comes back as it was.
            if answer["nextForwardToken"] == token:
                return


def _printed(event: Mapping[str, Any]) -> Printed:
    text = str(event["message"]).rstrip("\r\n")
    return Printed(text, event["timestamp"] / 1000)
