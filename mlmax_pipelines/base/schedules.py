"""What EventBridge Scheduler takes for a schedule: `rate(...)`, `cron(...)`, `at(...)`.

What comes in: the text of an expression, the name of a time zone. What goes out: why it
would be refused, or when it is. Never: looks at a clock.

Sources: EventBridge Scheduler User Guide, "Schedule types on EventBridge Scheduler";
EventBridge User Guide, "Cron expressions reference" (ranges may go on past the end of
their field, `20-2`, but not years; days of the week have no increments) and "Rate
expressions reference" (a unit agrees with its number).
"""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import datetime, timezone
from typing import NamedTuple

EXAMPLES = "rate(12 hours), cron(0 6 * * ? *) or at(2030-12-24T18:00:00)"
LONGEST_ZONE = 50
_FORM = re.compile(r"(rate|cron|at)\((.*)\)", re.DOTALL)
_RATE = re.compile(r"([1-9][0-9]*) (minute|hour|day)(s?)")
_AT = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}")
_MONTHS = "JAN FEB MAR APR MAY JUN JUL AUG SEP OCT NOV DEC".split()
_DAYS = "SUN MON TUE WED THU FRI SAT".split()
_SPAN = re.compile(r"([0-9A-Z]+)(?:-([0-9A-Z]+))?(?:/([0-9]+))?|\*(?:/([0-9]+))?")


class _Field(NamedTuple):
    """One field of a cron expression: its numbers, names for them from `low` on, and
    what may stand there besides."""

    name: str
    low: int
    high: int
    names: tuple[str, ...] = ()
    also: str = "(?!)"


_CRON = (
    _Field("minutes", 0, 59),
    _Field("hours", 0, 23),
    _Field(
        "day of the month",
        1,
        31,
        also=r"\?|LW?|L-([1-9]|[12][0-9]|30)|([1-9]|[12][0-9]|3[01])W",
    ),
    _Field("month", 1, 12, tuple(_MONTHS)),
    _Field(
        "day of the week",
        1,
        7,
        tuple(_DAYS),
        also=rf"\?|L|([1-7]|{'|'.join(_DAYS)})(L|#[1-5])",
    ),
    _Field("year", 1970, 2199),
)
_DAY_OF_MONTH, _DAY_OF_WEEK = 2, 4


def fault(expression: str) -> str:
    """Why a schedule cannot be this; "" when it can."""
    found = _FORM.fullmatch(expression)
    return _FAULTS[found[1]](found[2]) if found else f"it must be like {EXAMPLES}"


def zone_fault(name: str) -> str:
    """Why a time zone cannot be this; "" when it can, or when nobody here knows.

    Machines without the time zone database know none.
    """
    from zoneinfo import available_timezones

    known = available_timezones()
    if len(name) <= LONGEST_ZONE and (not known or name in known):
        return ""
    return "it must be a name of the IANA time zone database, like 'Europe/Berlin'"


_UNIT_MINUTES = {"minute": 1, "hour": 60, "day": 1440}
_ANY = ("*", "?")


def per_day(expression: str) -> float:
    """How often a schedule starts something on a day on which it does; 0 for one that
    does so once."""
    found = _FORM.fullmatch(expression)
    if found is None or found[1] == "at":
        return 0
    if found[1] == "rate":
        return 1440 / _minutes(found[2])
    minutes, hours, *_ = found[2].split(" ")
    return len(_numbers(_CRON[0], minutes)) * len(_numbers(_CRON[1], hours))


def longest_pause(expression: str) -> int:
    """The hours between two starts by a schedule, rounded up, at most; -1 where nobody
    can say: days of a month, months, years."""
    pauses = _pauses(expression)
    return -(-max(pauses) // 60) if pauses else -1


def shortest_pause(expression: str) -> int:
    """The minutes between two starts by a schedule, at least; -1 where there is one
    alone, or nobody can say."""
    return min(_pauses(expression), default=-1)


def _pauses(expression: str) -> list[int]:
    """The minutes between each start by a schedule and the next, over a week."""
    found = _FORM.fullmatch(expression)
    if found is None or found[1] == "at":
        return []
    if found[1] == "rate":
        return [_minutes(found[2])]
    minutes, hours, day, month, weekday, year = found[2].split(" ")
    field = _CRON[_DAY_OF_WEEK]
    if {day, month, year} - {*_ANY} or re.search("[L#]", weekday):
        return []
    days = range(7) if weekday in _ANY else [n - 1 for n in _numbers(field, weekday)]
    starts = sorted(
        (day * 24 + hour) * 60 + minute
        for day in days
        for hour in _numbers(_CRON[1], hours)
        for minute in _numbers(_CRON[0], minutes)
    )
    week = 7 * 1440
    return [b - a for a, b in zip(starts, [*starts[1:], starts[0] + week])]


def _minutes(rate: str) -> int:
    found = _RATE.fullmatch(rate)
    return int(found[1]) * _UNIT_MINUTES[found[2]] if found else 1440


def _numbers(field: _Field, text: str) -> set[int]:
    """All that the items of a field stand for; a span may go on past its end."""
    found: set[int] = set()
    size = field.high - field.low + 1
    for item in text.split(","):
        match = _SPAN.fullmatch(item)
        if match is None or match[1] is None:
            first, last, step = field.low, field.high, match and match[4]
        else:
            first = _number(field, match[1]) or field.low
            ends = field.high if match[3] else first
            last = _number(field, match[2]) or ends if match[2] else ends
            step = match[3]
            last += size if last < first else 0
        for number in range(first, last + 1, int(step or 1)):
            found.add((number - field.low) % size + field.low)
    return found


def moment(expression: str, zone: str) -> float | None:
    """When a schedule that starts once does so, in seconds since 1970; None for others,
    and when nobody here knows the time zone."""
    from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

    found = _FORM.fullmatch(expression)
    if found is None or found[1] != "at":
        return None
    try:
        place = ZoneInfo(zone) if zone else timezone.utc
    except (ZoneInfoNotFoundError, ValueError):
        return None
    return datetime.fromisoformat(found[2]).replace(tzinfo=place).timestamp()


def _rate(text: str) -> str:
    found = _RATE.fullmatch(text)
    if found is None:
        return "a rate is a number and minutes, hours or days, like rate(12 hours)"
    one = found[1] == "1"
    if one == bool(found[3]):
        right = found[2] if one else f"{found[2]}s"
        return f"the unit must agree with its number: rate({found[1]} {right})"
    return ""


def _at(text: str) -> str:
    right = _AT.fullmatch(text) is not None
    try:
        datetime.fromisoformat(text)
    except ValueError:
        right = False
    what = "a day that there is, and a time of it, like at(2030-12-24T18:00:00)"
    return "" if right else f"it must be {what}"


def _cron(text: str) -> str:
    fields = text.split(" ")
    if len(fields) != len(_CRON):
        names = ", ".join(field.name for field in _CRON)
        return f"it has {len(fields)} fields, not {len(_CRON)}: {names}"
    for field, part in zip(_CRON, fields):
        if why := _field_fault(field, part):
            return why
    if (fields[_DAY_OF_MONTH] == "?") == (fields[_DAY_OF_WEEK] == "?"):
        return "'?' must stand for the day of the month or for that of the week"
    return ""


_FAULTS: dict[str, Callable[[str], str]] = {"rate": _rate, "cron": _cron, "at": _at}


def _field_fault(field: _Field, text: str) -> str:
    if re.fullmatch(field.also, text):
        return ""
    for item in text.split(","):
        if why := _item_fault(field, item):
            return f"{field.name} cannot be '{item}': {why}"
    return ""


def _item_fault(field: _Field, item: str) -> str:
    """Why one of a field's items, `3`, `MON-FRI`, `*/15`, cannot stand there."""
    found = _SPAN.fullmatch(item)
    low, high = _number(field, found and found[1]), _number(field, found and found[2])
    names = f" or {field.names[0]} to {field.names[-1]}" if field.names else ""
    if found is None or -1 in (low, high):
        return f"it goes from {field.low} to {field.high}{names}"
    if field.name == "year" and low is not None and high is not None and low > high:
        return "years do not begin anew"
    step = found[3] or found[4]
    if step and field.name == "day of the week":
        return "it takes no increment"
    if step and not 1 <= int(step) <= field.high:
        return f"its increment goes from 1 to {field.high}"
    return ""


def _number(field: _Field, text: str | None) -> int | None:
    """A number or a name as a number, None without one, -1 when it is out of place."""
    if not text:
        return None
    if text in field.names:
        return field.low + field.names.index(text)
    fits = text.isdigit() and field.low <= int(text) <= field.high
    return int(text) if fits else -1
