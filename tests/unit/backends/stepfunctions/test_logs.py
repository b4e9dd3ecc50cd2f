"""Lines of jobs, from log streams as CloudWatch keeps them."""

from __future__ import annotations

import time
from types import SimpleNamespace
from typing import Any

import pytest

from mlmax_pipelines.backends.stepfunctions.jobs import Job
from mlmax_pipelines.backends.stepfunctions.logs import JobLog, Logs
from mlmax_pipelines.steps.services.sagemaker.jobs import PROCESSING
from tests.patience import LONGEST_SECONDS


class Clock:
    def __init__(self) -> None:
        self.now = 100.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def job() -> Job:
    return Job("State", PROCESSING, "one")


def printed(dev: Any, stream: str, *lines: str) -> None:
    """Lines in a stream of that name, made when it is not there."""
    group = PROCESSING.log_group
    for operation, names in (
        ("create_log_group", {"logGroupName": group}),
        ("create_log_stream", {"logGroupName": group, "logStreamName": stream}),
    ):
        try:
            dev.session.call("logs", operation, **names)
        except Exception as error:
            assert "AlreadyExists" in getattr(error, "code", ""), error
    moment = int(time.time() * 1000)
    dev.session.call(
        *("logs", "put_log_events"),
        logGroupName=group,
        logStreamName=stream,
        logEvents=[{"timestamp": moment, "message": f"{line}\r\n"} for line in lines],
    )


def test_a_job_that_printed_nothing_has_no_lines(dev: Any, job: Job) -> None:
    log = JobLog(dev.session, job)
    log.refresh(False)
    assert log.lines == []


def test_each_stream_is_read_and_no_line_twice(dev: Any, job: Job) -> None:
    clock = Clock()
    log = JobLog(dev.session, job, clock)
    printed(dev, "one/algo-1", "a", "b")
    printed(dev, "one-more/algo-1", "of another job")
    log.refresh(False)
    assert [line.text for line in log.lines] == ["a", "b"]
    printed(dev, "one/algo-1", "c")
    printed(dev, "one/algo-2", "second")
    # AWS is not asked again at once.
    log.refresh(False)
    assert [line.text for line in log.lines] == ["a", "b"]
    clock.now += 2
    log.refresh(False)
    assert [line.text for line in log.lines] == ["a", "b", "c", "second"]


def test_a_job_that_is_over_is_looked_at_until_late_lines_have_come(
    dev: Any, job: Job
) -> None:
    clock = Clock()
    log = JobLog(dev.session, job, clock)
    log.refresh(True)
    clock.now += 9
    printed(dev, "one/algo-1", "late")
    log.refresh(True)
    assert [line.text for line in log.lines] == ["late"]
    clock.now += 9
    log.refresh(True)
    asked = sum(dev.session.calls.values())
    clock.now += 60
    log.refresh(True)
    assert sum(dev.session.calls.values()) == asked


def test_the_end_of_a_log_is_fetched_by_itself(dev: Any, job: Job) -> None:
    clock = Clock()
    log = JobLog(dev.session, job, clock)
    assert log.end(2, over=False) == []
    printed(dev, "one/algo-1", *(f"line {number}" for number in range(50)))
    assert log.end(2, over=False) == []
    clock.now += 2
    assert log.end(2, over=False) == ["line 48", "line 49"]
    printed(dev, "one/algo-1", "the last")
    assert log.end(1, over=True) == ["the last"]
    assert log.lines == []


def test_a_failed_item_has_the_log_of_its_own_job(dev: Any) -> None:
    kind = PROCESSING
    found = [Job(f"Clean[{n}]", kind, f"job-{n}", over=True) for n in range(3)]
    logs = Logs(dev.session, lambda arn: SimpleNamespace(followed=False))
    logs.jobs = lambda arn: found  # type: ignore[method-assign]
    for number in (2, 0, 1):
        printed(dev, f"job-{number}/algo-1", f"of item {number}")
    assert logs.end("arn", "Clean[1]", 5) == ["of item 1"]
    [line] = logs.lines("arn", "Clean[1]", 0)
    assert line[:2] == ("Clean[1]", "of item 1")
    assert line.at and abs(line.at - time.time()) < LONGEST_SECONDS
    assert [line.visit for line in logs.lines("arn", "Clean", 0)] == [
        "Clean[0]",
        "Clean[1]",
        "Clean[2]",
    ]
    assert logs.end("arn", "Clean", 5) == ["of item 2"]
    assert logs.end("arn", "Other", 5) == []
