"""Expressions as EventBridge Scheduler takes them."""

from __future__ import annotations

from datetime import datetime, timezone

import pytest

from mlmax_pipelines.base import schedules

# Examples of AWS's pages, and of schedules that people have deployed.
GOOD = """\
rate(1 minute)
rate(5 minutes)
rate(1 hour)
rate(36 hours)
rate(7 days)
cron(0 10 * * ? *)
cron(15 12 * * ? *)
cron(0 18 ? * MON-FRI *)
cron(0 8 1 * ? *)
cron(0/10 * ? * MON-FRI *)
cron(0/5 8-17 ? * MON-FRI *)
cron(0/30 20-2 ? * MON-FRI *)
cron(0 9 ? * 2#1 *)
cron(0 9 ? * MON#1 *)
cron(15 10 ? * 6L 2022-2023)
cron(0 0 L * ? *)
cron(0 0 LW * ? *)
cron(0 0 L-2 * ? *)
cron(0 0 3W * ? *)
cron(0 0 ? * L *)
cron(0 2 ? * SAT-SUN *)
cron(0 17 ? * FRI-MON *)
cron(0 0 1,15 JAN,JUL ? 2030)
cron(0-15/1 8-8 ? * 2,3,4,5,6,7 *)
cron(1-31/30 1-1 ? * 1,7 *)
cron(0 0 1 1/3 ? *)
cron(0 0 1 1 ? 1970-2199/10)
at(2022-11-20T13:00:00)
at(2028-02-29T23:59:59)
"""
BAD = """\
every day|it must be like rate(12 hours), cron(0 6 * * ? *) or at(2030-
rate(1 day |it must be like
rate(1 days)|the unit must agree with its number: rate(1 day)
rate(5 minute)|the unit must agree with its number: rate(5 minutes)
rate(0 minutes)|a rate is a number and minutes, hours or days
rate(1.5 hours)|a rate is
rate(2 weeks)|a rate is
rate(30 seconds)|a rate is
cron(0 12 * * * *)|'?' must stand for the day of the month or for that of the week
cron(0 12 ? * ? *)|'?' must stand for
cron(0 12 1 * MON *)|'?' must stand for
cron(a b c d e f)|minutes cannot be 'a': it goes from 0 to 59
cron(0 6 * * ?)|it has 5 fields, not 6: minutes, hours, day of the month, month, day
cron(0 0 6 * * ? *)|it has 7 fields, not 6
cron(0  6 * * ? *)|it has 7 fields, not 6
cron()|it has 1 fields, not 6
cron(60 * * * ? *)|minutes cannot be '60': it goes from 0 to 59
cron(-1 * * * ? *)|minutes cannot be '-1'
cron(*/60 * * * ? *)|minutes cannot be '*/60': its increment goes from 1 to 59
cron(0/0 * * * ? *)|its increment goes from 1 to 59
cron(5, * * * ? *)|minutes cannot be ''
cron(? * * * ? *)|minutes cannot be '?'
cron(0 24 * * ? *)|hours cannot be '24': it goes from 0 to 23
cron(0 0 0 * ? *)|day of the month cannot be '0': it goes from 1 to 31
cron(0 0 32 * ? *)|day of the month cannot be '32'
cron(0 0 32W * ? *)|day of the month cannot be '32W'
cron(0 0 1,L * ? *)|day of the month cannot be 'L'
cron(0 0 1 13 ? *)|month cannot be '13': it goes from 1 to 12 or JAN to DEC
cron(0 0 1 MON ? *)|month cannot be 'MON'
cron(0 0 ? * 0 *)|day of the week cannot be '0': it goes from 1 to 7 or SUN to SAT
cron(0 0 ? * 8 *)|day of the week cannot be '8'
cron(0 0 ? * mon *)|day of the week cannot be 'mon'
cron(0 0 ? * 3#6 *)|day of the week cannot be '3#6'
cron(0 0 ? * 3#1,6#3 *)|day of the week cannot be '3#1'
cron(0 8 ? * */2 *)|day of the week cannot be '*/2': it takes no increment
cron(0 0 1 1 ? 2200)|year cannot be '2200': it goes from 1970 to 2199
cron(0 0 1 1 ? 2030-2029)|year cannot be '2030-2029': years do not begin anew
at(2022-11-20)|it must be a day that there is, and a time of it
at(2022-11-20T13:00)|it must be a day
at(2022-11-20T13:00:00Z)|it must be a day
at(2022-11-20 13:00:00)|it must be a day
at(2022-02-30T13:00:00)|it must be a day
at(2022-11-20T24:00:00)|it must be a day
"""


@pytest.mark.parametrize("expression", GOOD.splitlines())
def test_what_scheduler_takes(expression: str) -> None:
    assert schedules.fault(expression) == ""


@pytest.mark.parametrize("line", BAD.splitlines())
def test_what_scheduler_refuses_and_why(line: str) -> None:
    expression, why = line.split("|")
    assert schedules.fault(expression).startswith(why) or why in (
        schedules.fault(expression)
    )


def test_a_time_zone_is_one_that_there_is() -> None:
    assert schedules.zone_fault("Europe/Berlin") == ""
    for name in ("Europe/Berlinn", "CEST", "+02:00", "x" * 51):
        assert "like 'Europe/Berlin'" in schedules.zone_fault(name)


def test_where_there_is_no_time_zone_database_nobody_knows(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("zoneinfo.available_timezones", set)
    assert schedules.zone_fault("Europe/Berlinn") == ""
    assert schedules.zone_fault("x" * 51)


def test_a_moment_is_in_its_time_zone() -> None:
    noon = datetime(2030, 7, 1, 12, tzinfo=timezone.utc).timestamp()
    assert schedules.moment("at(2030-07-01T12:00:00)", "") == noon
    assert schedules.moment("at(2030-07-01T14:00:00)", "Europe/Berlin") == noon
    assert schedules.moment("at(2030-07-01T14:00:00)", "Nowhere/Known") is None
    assert schedules.moment("rate(1 day)", "") is None


@pytest.mark.parametrize(
    ("expression", "hours", "minutes", "a_day"),
    [
        ("rate(5 minutes)", 1, 5, 288),
        ("rate(36 hours)", 36, 2160, 1440 / (36 * 60)),
        ("rate(7 days)", 168, 10080, 1 / 7),
        ("cron(0 10 * * ? *)", 24, 1440, 1),
        ("cron(0/30 * * * ? *)", 1, 30, 48),
        ("cron(0 18 ? * MON-FRI *)", 72, 1440, 1),
        ("cron(0/5 8-17 ? * MON-FRI *)", 63, 5, 120),
        ("cron(0/30 20-2 * * ? *)", 18, 30, 14),
        ("cron(0 6 ? * SAT,SUN *)", 144, 1440, 1),
        ("cron(0 8 1 * ? *)", -1, -1, 1),
        ("cron(0 9 ? * MON#1 *)", -1, -1, 1),
        ("at(2030-12-24T18:00:00)", -1, -1, 0),
    ],
)
def test_how_often_and_with_what_pauses(
    expression: str, hours: int, minutes: int, a_day: float
) -> None:
    assert schedules.longest_pause(expression) == hours
    assert schedules.shortest_pause(expression) == minutes
    assert schedules.per_day(expression) == a_day
