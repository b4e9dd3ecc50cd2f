"""`schedule:` in a spec: one expression, one schedule, or several by name."""

from __future__ import annotations

from pathlib import Path

import pytest

from mlmax_pipelines.compiled import Schedule
from tests.unit.compiler.projects import compiled, problems

STEPS = "  A: {type: pass}\n"
PARAMETERS = """
  rows: {type: s3, default: data/rows.csv}
  count: {type: integer, default: 1}
  mode: {type: string, default: fast, enum: [fast, slow]}
"""


def read(tmp_path: Path, schedule: str) -> list[tuple[object, ...]]:
    pipeline = compiled(tmp_path, STEPS, parameters=PARAMETERS, schedule=schedule)
    return [one[:-1] for one in pipeline.schedules]


def wrong(tmp_path: Path, schedule: str, parameters: str = PARAMETERS) -> list[str]:
    return problems(tmp_path, STEPS, schedule=schedule, parameters=parameters)


def test_an_expression_alone_has_no_name(tmp_path: Path) -> None:
    assert read(tmp_path, "rate(1 day)") == [("", "rate(1 day)", "", {})]


def test_a_schedule_may_have_a_name_a_zone_and_inputs(tmp_path: Path) -> None:
    one = "{name: nightly, expression: cron(0 6 * * ? *), timezone: Europe/Berlin}"
    assert read(tmp_path / "a", one) == [
        ("nightly", "cron(0 6 * * ? *)", "Europe/Berlin", {})
    ]
    several = """
  - name: nightly
    expression: rate(1 day)
    inputs: {count: 5, mode: slow, rows: s3://b/k}
  - {name: once, expression: "at(2030-12-24T18:00:00)"}
"""
    inputs = {"count": 5, "mode": "slow", "rows": "s3://b/k"}
    assert read(tmp_path / "b", several) == [
        ("nightly", "rate(1 day)", "", inputs),
        ("once", "at(2030-12-24T18:00:00)", "", {}),
    ]


def test_a_schedule_knows_its_line(tmp_path: Path) -> None:
    (one,) = compiled(tmp_path, STEPS, schedule="{expression: rate(1 day)}").schedules
    assert isinstance(one, Schedule)
    assert str(one.where) == "pipelines/p.yaml:2:24"


@pytest.mark.parametrize(
    ("schedule", "found"),
    [
        ("cron(0 12 * * * *)", "2:11: 'schedule' cannot be 'cron(0 12 * * * *)' | '?'"),
        ("5", "2:11: 'schedule' cannot be '5' | it must be like"),
        (
            "{expression: rate(1 days)}",
            "2:24: 'schedule.expression' cannot be 'rate(1 days)' | the unit must",
        ),
        ("{name: a}", "'schedule' lacks the key 'expression'"),
        (
            "{expression: rate(1 day), timezone: Europe/Berlinn}",
            "2:47: 'schedule.timezone' cannot be 'Europe/Berlinn' | it must be a name",
        ),
        (
            "{expression: rate(1 day), zone: UTC}",
            "unknown key 'zone' in 'schedule'",
        ),
        (
            "[{expression: rate(1 day)}, {name: b, expression: rate(1 day)}]",
            "'schedule[0]' lacks the key 'name' | an environment turns them on by name",
        ),
        (
            "[{name: a-b, expression: rate(1 day)}, "
            "{name: A_b, expression: rate(1 day)}]",
            "'schedule[1].name' repeats a name: 'A_b' | rename one of them",
        ),
        (
            "[{name: 1st, expression: rate(1 day)}]",
            "'schedule[0].name' cannot be '1st' | allowed are letters",
        ),
        (
            "[rate(1 day)]",
            "'schedule[0]' must be keys with values, found 'rate(1 day)'",
        ),
        (
            "{expression: rate(1 day), inputs: {cuont: 5}}",
            "2:46: the pipeline has no parameter 'cuont' that a schedule could give "
            "| did you mean 'count'?",
        ),
        (
            "{expression: rate(1 day), inputs: {count: many}}",
            "'schedule.inputs.count' must be a whole number, found 'many'",
        ),
        (
            "{expression: rate(1 day), inputs: {mode: slwo}}",
            "'schedule.inputs.mode' cannot be 'slwo' | one of 'fast', 'slow'",
        ),
        (
            "{expression: rate(1 day), inputs: {rows: data/rows.csv}}",
            "'schedule.inputs.rows' cannot be 'data/rows.csv' | a schedule starts",
        ),
    ],
)
def test_what_is_wrong_is_told_in_its_place(
    schedule: str, found: str, tmp_path: Path
) -> None:
    (told,) = wrong(tmp_path, schedule)
    assert found in told


def test_what_has_no_default_has_to_be_given(tmp_path: Path) -> None:
    required = "{day: {type: string}}"
    (told,) = wrong(tmp_path, "rate(1 day)", required)
    assert "2:11: 'schedule' gives no value for parameter 'day'" in told
    given = "{expression: rate(1 day), inputs: {day: monday}}"
    assert wrong(tmp_path / "given", given, required) == []
