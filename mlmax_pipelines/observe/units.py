"""Numbers -> the words people read: durations, sizes, metrics, moments.

What comes in: seconds, bytes, numbers, seconds since the epoch. What goes out: text.
Never: depends on a locale or on the machine's time zone.
"""

from __future__ import annotations

import json
from datetime import datetime, timezone
from typing import Any


def duration(seconds: float) -> str:
    """`0.42 s`, `12.3 s`, `3 min 05 s`, `2 h 10 min`, `3 d 4 h`.

    Nothing takes less than no time, though a clock that was set back may say so.
    """
    seconds = max(0.0, seconds)
    if seconds < 10:
        return f"{seconds:.2f} s"
    if seconds < 59.95:
        return f"{seconds:.1f} s"
    whole = round(seconds)
    if whole < 3600:
        return f"{whole // 60} min {whole % 60:02} s"
    if whole < 86400:
        return f"{whole // 3600} h {whole % 3600 // 60:02} min"
    return f"{whole // 86400} d {whole % 86400 // 3600} h"


def size(count: int) -> str:
    """Bytes as `512 B`, `1.5 KiB`, `20.1 MiB`."""
    if count < 1024:
        return f"{count} B"
    amount = float(count)
    for unit in ("KiB", "MiB", "GiB"):
        amount /= 1024
        if amount < 1023.95:
            return f"{amount:.1f} {unit}"
    return f"{amount / 1024:.1f} TiB"


def number(value: Any) -> str:
    """A metric: whole numbers as they are, others with five significant digits; what
    is no number as JSON has it, a text as it is."""
    if isinstance(value, str):
        return value
    if isinstance(value, float) and value.is_integer() and abs(value) < 1e15:
        return f"{value:.0f}"
    if isinstance(value, float):
        return f"{value:.0f}" if 1e5 <= abs(value) < 1e15 else f"{value:.5g}"
    return json.dumps(value, ensure_ascii=False, default=str)


def change(value: float) -> str:
    """By how much a number changed: `+3`, `-0.25`."""
    return f"{'+' if value > 0 else ''}{number(value)}"


def percent(value: float) -> str:
    """`+0.35 %`, `-12.5 %`, `-100 %`, `+1,250 %`: as many digits as mean something."""
    digits = 2 if abs(value) < 1 else 1 if abs(value) < 99.95 else 0
    text = f"{value:+,.{digits}f} %"
    return "less than 0.01 %" if value and float(f"{value:.2f}") == 0 else text


def moment(seconds: float) -> str:
    """`2024-03-01 12:34:56 UTC`."""
    when = datetime.fromtimestamp(seconds, timezone.utc)
    return when.strftime("%Y-%m-%d %H:%M:%S UTC")
