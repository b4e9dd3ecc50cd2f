"""Timestamps as the language writes them: RFC 3339 with an offset.

What comes in: text. What goes out: whole nanoseconds since the epoch.
Never: reads a clock.
"""

from __future__ import annotations

import re
from datetime import datetime, timedelta, timezone
from typing import Any

_FORM = re.compile(
    r"(\d{4}-\d\d-\d\d)T(\d\d:\d\d)(?::(\d\d)(?:\.(\d{1,9}))?)?"
    r"(?:Z|([+-])(\d\d):(\d\d)(?::(\d\d))?)",
    re.ASCII,
)
_EPOCH = datetime(1970, 1, 1, tzinfo=timezone.utc)
_NANOSECONDS = 1_000_000_000


def parse_timestamp(value: Any) -> int | None:
    """Nanoseconds since the epoch, or None when `value` is not such a timestamp."""
    match = _FORM.fullmatch(value) if isinstance(value, str) else None
    if match is None:
        return None
    day, minute, second, fraction, sign, *offset = match.groups()
    try:
        moment = datetime.fromisoformat(f"{day}T{minute}:{second or '00'}+00:00")
    except ValueError:
        return None
    hours, minutes, seconds = (int(part or 0) for part in offset)
    if hours > 18 or minutes > 59 or seconds > 59:
        return None
    shift = timedelta(hours=hours, minutes=minutes, seconds=seconds)
    whole = (moment - _EPOCH + (shift if sign == "-" else -shift)) // timedelta(
        seconds=1
    )
    return whole * _NANOSECONDS + int((fraction or "").ljust(9, "0"))


def format_timestamp(seconds: float) -> str:
    """Seconds since the epoch as AWS writes times: UTC, milliseconds, a `Z`."""
    moment = datetime.fromtimestamp(seconds, timezone.utc)
    return moment.strftime("%Y-%m-%dT%H:%M:%S.") + f"{moment.microsecond // 1000:03}Z"
