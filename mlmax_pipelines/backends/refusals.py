"""What both backends refuse, in the same words.

What comes in: the name of an execution and why. What goes out: errors. Never: looks
at what exists.
"""

from __future__ import annotations

from mlmax_pipelines.base.errors import UsageError


def taken(name: str, pipeline: str, why: str) -> UsageError:
    """A name that is in use: `why` completes the sentence."""
    return UsageError(
        f"execution '{name}' of '{pipeline}' already exists and {why}",
        hint="choose another name, or let one be made up",
    )


def not_redrivable(name: str, why: str) -> UsageError:
    """An execution that cannot go on from where it failed."""
    return UsageError(
        f"execution '{name}' cannot be redriven: {why}",
        hint="what failed, timed out or was stopped can be, within 14 days; "
        "'pipeline run' starts a new one",
    )
