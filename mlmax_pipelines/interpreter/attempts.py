"""Retry and Catch: what happens when the work of a state fails.

What comes in: a state's retriers and catchers, and its work. What goes out: the work's
outcome, or a catcher's. Never: does the work itself.
"""

from __future__ import annotations

from typing import Any, Callable, Mapping, NamedTuple

from mlmax_pipelines.asl.failures import (
    DATA_LIMIT_EXCEEDED,
    RUNTIME,
    EvaluationError,
    StateError,
)
from mlmax_pipelines.asl.payload import compile_template
from mlmax_pipelines.asl.query.expression import Expression
from mlmax_pipelines.asl.resultpath import check, put_result
from mlmax_pipelines.interpreter.scheduler import Sleep
from mlmax_pipelines.interpreter.visit import Outcome, Steps, Visit

# Retry's defaults in the Amazon States Language.
INTERVAL_SECONDS = 1
MAX_ATTEMPTS = 3
BACKOFF_RATE = 2.0

TIMEOUT = "States.Timeout"
HEARTBEAT_TIMEOUT = "States.HeartbeatTimeout"
TIMEOUTS = (TIMEOUT, HEARTBEAT_TIMEOUT)


class Retrier(NamedTuple):
    """One entry of Retry; delays are in seconds."""

    errors: tuple[str, ...]
    interval: float
    max_attempts: int
    backoff_rate: float
    max_delay: float | None
    jitter: bool

    def delay(self, attempt: int) -> float:
        """How long to wait before the retry that follows `attempt` earlier ones."""
        import random

        delay = self.interval * self.backoff_rate**attempt
        if self.max_delay is not None:
            delay = min(delay, self.max_delay)
        return random.uniform(0, delay) if self.jitter else delay


class Catcher(NamedTuple):
    """One entry of Catch."""

    errors: tuple[str, ...]
    next: str
    result_path: str | None
    assign: Expression


def matches(errors: tuple[str, ...], error: str | None) -> bool:
    """Whether an ErrorEquals list names `error` ("Handling errors", guide).

    `States.Runtime` is named by nothing; `States.DataLimitExceeded` not by wildcards.
    """
    if error == RUNTIME:
        return False
    if error in errors or (error == HEARTBEAT_TIMEOUT and TIMEOUT in errors):
        return True
    if error == DATA_LIMIT_EXCEEDED:
        return False
    if "States.ALL" in errors:
        return True
    return "States.TaskFailed" in errors and error not in TIMEOUTS


def compile_retriers(state: Mapping[str, Any]) -> list[Retrier]:
    """The entries of Retry, in order."""
    return [
        Retrier(
            tuple(entry["ErrorEquals"]),
            entry.get("IntervalSeconds", INTERVAL_SECONDS),
            entry.get("MaxAttempts", MAX_ATTEMPTS),
            entry.get("BackoffRate", BACKOFF_RATE),
            entry.get("MaxDelaySeconds"),
            entry.get("JitterStrategy") == "FULL",
        )
        for entry in state.get("Retry", ())
    ]


def compile_catchers(state: Mapping[str, Any]) -> list[Catcher]:
    """The entries of Catch, in order."""
    return [
        Catcher(
            tuple(entry["ErrorEquals"]),
            entry["Next"],
            check(entry.get("ResultPath", "$")),
            compile_template(entry.get("Assign", {})),
        )
        for entry in state.get("Catch", ())
    ]


def guard(
    state: Mapping[str, Any], work: Callable[[Visit], Steps]
) -> Callable[[Visit], Steps]:
    """`work` with the state's Retry and Catch around it."""
    retriers, catchers = compile_retriers(state), compile_catchers(state)

    def steps(visit: Visit) -> Steps:
        attempts = [0] * len(retriers)
        while True:
            try:
                return (yield from work(visit))
            except EvaluationError as problem:
                error = visit.locate(problem)
            except StateError as failure:
                error = failure
            delay = _next_delay(retriers, attempts, error)
            if delay is None:
                return _catch(visit, catchers, error)
            visit.retry_count += 1
            visit.assigned.clear()
            yield Sleep(delay)

    return steps


def _next_delay(
    retriers: list[Retrier], attempts: list[int], error: StateError
) -> float | None:
    """The delay before the next attempt; each retrier counts its own attempts."""
    for index, retrier in enumerate(retriers):
        if matches(retrier.errors, error.error):
            if attempts[index] >= retrier.max_attempts:
                return None
            attempts[index] += 1
            return retrier.delay(attempts[index] - 1)
    return None


def _catch(visit: Visit, catchers: list[Catcher], error: StateError) -> Outcome:
    for catcher in catchers:
        if matches(catcher.errors, error.error):
            return _caught(visit, catcher, error)
    raise error


def _caught(visit: Visit, catcher: Catcher, error: StateError) -> Outcome:
    described = {"Error": error.error, "Cause": error.cause}
    shown = {key: value for key, value in described.items() if value is not None}
    visit.assigned.clear()
    visit.assigned.update(catcher.assign(visit.scope.on(shown)))
    output = put_result(catcher.result_path, visit.input, shown)
    visit.exit(output)
    return catcher.next, output
