"""Which schedules an environment turns on, and which are over."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from mlmax_pipelines.base.errors import SpecError
from mlmax_pipelines.compiled import CompiledPipeline
from mlmax_pipelines.environment import Environment
from mlmax_pipelines.project import schedules
from mlmax_pipelines.yaml.document import parse
from tests.unit.project.test_settings import DAILY, TRAINING

NIGHTLY = DAILY._replace(name="nightly")
ONCE = DAILY._replace(name="once", expression="at(2030-12-24T18:00:00)")
BOTH = replace(TRAINING, schedules=(NIGHTLY, ONCE))
SIX_IN_THE_EVENING = 1_924_365_600.0


def chosen(value: object, pipeline: CompiledPipeline = BOTH) -> Environment:
    return Environment("dev", "stepfunctions", schedule={pipeline.name: value})  # type: ignore[dict-item]


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (True, ["ENABLED", "ENABLED"]),
        (False, ["DISABLED", "DISABLED"]),
        (["once"], ["DISABLED", "ENABLED"]),
        ([], ["DISABLED", "DISABLED"]),
    ],
)
def test_all_or_those_that_are_named(value: object, expected: list[str]) -> None:
    found = schedules.states(chosen(value), BOTH)
    assert [state for _, state in found] == expected


def test_where_nothing_is_said_the_template_decides() -> None:
    silent = Environment("dev", "stepfunctions")
    assert list(schedules.states(silent, BOTH)) == []


@pytest.mark.parametrize(
    ("pipeline", "value", "found"),
    [
        (BOTH, "[nihgtly]", "1:23: pipeline 'training' has no schedule 'nihgtly'"),
        (BOTH, "[nihgtly]", "did you mean 'nightly'? there are: 'nightly', 'once'"),
        (TRAINING, "[nightly]", "there are: one without a name: true"),
        (replace(TRAINING, schedules=()), "true", "has no schedule to switch on"),
        (replace(TRAINING, schedules=()), "[a]", "has no schedule to switch on"),
    ],
)
def test_what_there_is_not_cannot_be_turned_on(
    pipeline: CompiledPipeline, value: str, found: str
) -> None:
    document = parse(f"schedule: {{training: {value}}}", "envs/dev.yaml")
    given = chosen(document.data["schedule"]["training"])
    (problem,) = schedules.unknown(document, given, pipeline)
    assert found in str(problem)


def test_what_there_is_can() -> None:
    document = parse("schedule: {training: [once]}", "envs/dev.yaml")
    assert not list(schedules.unknown(document, chosen(["once"]), BOTH))


def test_a_time_that_is_over_is_refused_and_one_to_come_is_not() -> None:
    schedules.check_times([BOTH], SIX_IN_THE_EVENING - 1)
    with pytest.raises(SpecError) as caught:
        schedules.check_times([BOTH], SIX_IN_THE_EVENING)
    (problem,) = caught.value.problems
    assert str(problem.where) == "pipelines/p.yaml:2:11"
    assert problem.message == (
        "the time of 'at(2030-12-24T18:00:00)' is over: it is 2030-12-24T18:00:00Z"
    )
    east = ONCE._replace(timezone="Asia/Tokyo")
    with pytest.raises(SpecError):
        schedules.check_times(
            [replace(BOTH, schedules=(east,))], SIX_IN_THE_EVENING - 3600
        )


def test_nothing_is_compiled_by_the_clock(tmp_path: Path) -> None:
    from tests.unit.compiler.projects import compiled

    steps = "  A: {type: pass}\n"
    past = compiled(tmp_path, steps, schedule="at(1999-12-31T00:00:00)")
    with pytest.raises(SpecError, match="is over"):
        schedules.check_times([past], SIX_IN_THE_EVENING)
