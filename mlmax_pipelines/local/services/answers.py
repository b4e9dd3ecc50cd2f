"""Small things that the services share: times as AWS's SDK integrations show them.

What comes in: seconds since the epoch, errors. What goes out: text, StateErrors.
Never: stores anything.
"""

from __future__ import annotations

import json
import time
from pathlib import Path
from typing import Any

from mlmax_pipelines.asl.failures import StateError


def iso_time(seconds: float) -> str:
    """`2026-11-20T16:21:05.123Z`, as `aws-sdk` integrations give times."""
    whole = time.strftime("%Y-%m-%dT%H:%M:%S", time.gmtime(seconds))
    return f"{whole}.{int(seconds * 1000) % 1000:03d}Z"


def service_error(service: str, name: str, message: str, status: int) -> StateError:
    """The error of an `aws-sdk` integration: `S3.NoSuchKeyException` and its text."""
    return StateError(
        f"{service}.{name}", f"{message} (Service: {service}, Status Code: {status})"
    )


def as_text(value: Any) -> str:
    """A message body: text as it is, data as JSON, as Step Functions sends it."""
    return value if isinstance(value, str) else json.dumps(value, separators=(",", ":"))


def append_line(path: Path, content: Any) -> None:
    """Add one JSON line to a file that other processes may add to as well."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("ab") as file:
        file.write(json.dumps(content, separators=(",", ":")).encode() + b"\n")
