"""Numbers -> the words people read: durations, sizes, metrics, moments.

What comes in: seconds, bytes, numbers, seconds since the epoch. What goes out: text.
Never: depends on a locale or on the machine's time zone.
"""

from __future__ import annotations

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
    """A metric: whole numbers and texts as they are, others with five significant
    digits, truth as JSON has it."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float) and not value.is_integer():
        return f"{value:.5g}"
    return (
        f"{value:.0f}" if isinstance(value, float) and abs(value) < 1e15 else str(value)
    )


def moment(seconds: float) -> str:
    """`2024-03-01 12:34:56 UTC`."""
    when = datetime.fromtimestamp(seconds, timezone.utc)
    return when.strftime("%Y-%m-%d %H:%M:%S UTC")
