"""Names of executions, and what the address of an artifact says.

What comes in: names of pipelines, keys below an execution's folder. What goes out:
names and parts. Never: looks at what exists.
"""

from __future__ import annotations

import os
import re
import time

from mlmax_pipelines.base.errors import UsageError

# AWS page "StartExecution": 1 to 80 characters; these are safe in paths as well.
NAME = re.compile(r"[A-Za-z0-9_][A-Za-z0-9_.-]{0,79}")
_LENGTH = 80
_RANDOM = "abcdefghijkmnpqrstuvwxyz23456789"


def check(name: str) -> None:
    """Raises UsageError for what cannot be the name of an execution."""
    if not NAME.fullmatch(name):
        raise UsageError(
            f"'{name}' cannot be the name of an execution",
            hint="up to 80 letters, digits, '-', '_' and '.', no '-' or '.' first",
        )


def made_up(pipeline: str) -> str:
    """`<pipeline>-20261120-162105-x7k2`: sorts by time, reads well, is unique."""
    random = "".join(_RANDOM[byte % len(_RANDOM)] for byte in os.urandom(4))
    moment = time.strftime("%Y%m%d-%H%M%S")
    room = _LENGTH - len(moment) - len(random) - 2
    return f"{pipeline[:room]}-{moment}-{random}"


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


def step_and_output(key: str) -> tuple[str, str]:
    """`<step>/<output>/...`, in a map `<step>/<index>/<output>/...`."""
    step, _, rest = key.partition("/")
    folders = [name for name in rest.split("/")[:-1] if not name.isdecimal()]
    return step, folders[0] if folders else ""
