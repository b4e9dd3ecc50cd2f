"""When a task that failed is tried again.

What comes in: a step and a state of its own that may fail. What goes out: the state's
Retry. Never: what the step says is added to.
"""

from __future__ import annotations

from typing import Any

from mlmax_pipelines.steps import sdk
from mlmax_pipelines.steps.contract import Draft, ResolvedStep

# Seconds before the first try, and between two at most.
_SOON = (5, 120)


def add(step: ResolvedStep, draft: Draft) -> None:
    """The step's own retries, or for the infrastructure's errors the default ones.

    Exponential backoff with jitter, so that many executions do not come back at
    once (AWS Step Functions, "Error handling", JitterStrategy).
    """
    for retry in step.retry or ():
        fields: dict[str, Any] = {
            "error_equals": list(retry.errors),
            "interval_seconds": retry.interval_seconds,
            "max_attempts": retry.max_attempts,
            "backoff_rate": retry.backoff_rate,
        }
        if retry.max_delay_seconds is not None:
            fields["max_delay_seconds"] = retry.max_delay_seconds
        if retry.jitter:
            fields["jitter_strategy"] = "FULL"
        sdk.add_retry(draft.state, **fields)
    if step.retry is None:
        of_infrastructure(draft)


def of_infrastructure(draft: Draft) -> None:
    """Retries of what its job's kind says is worth another try.

    A Retry reads an error's name and not its cause ("Handling errors in Step Functions
    workflows"). Where one name is of throttling, of an invalid request and of one that
    is not allowed, few attempts in half a minute outlast the first, and do not hold up
    the news of the others.
    """
    if draft.job is None:
        return
    kind = draft.job.kind
    groups = [(errors, 5, *_SOON) for errors in kind.retries]
    groups += [(kind.vague, 3, *_SOON)] if kind.vague else []
    # Others' jobs have to end first: for nearly six hours, a try every quarter.
    scarce = [(kind.scarce, 26, 60, 900)] if kind.scarce else []
    for errors, attempts, interval, longest in (*scarce, *groups):
        sdk.add_retry(
            draft.state,
            error_equals=list(errors),
            interval_seconds=interval,
            max_attempts=attempts,
            backoff_rate=2.0,
            max_delay_seconds=longest,
            jitter_strategy="FULL",
        )
