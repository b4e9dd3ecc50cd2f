"""A chain in parts: each is started, waited for, and hands its values on."""

from __future__ import annotations

from pathlib import Path

import pytest

from mlmax_pipelines.compiler.passes import nest
from tests.unit.compiler.passes.chains import chain, inputs_of
from tests.unit.compiler.projects import compiled, execute
from tests.unit.compiler.service_models import faults

pytestmark = pytest.mark.usefixtures("small")


def test_parts_hand_their_values_on(tmp_path: Path) -> None:
    pipeline = compiled(tmp_path, chain(8))
    assert len(pipeline.parts) == 4
    ran = execute(pipeline)
    assert ran.status == "SUCCEEDED", ran.cause
    for n in range(2, 8):
        found = inputs_of(ran.arguments(f"S{n}"))
        assert found == [f"s3://artifacts/p/a-run/S{n - 1}/rows/"]
    assert inputs_of(ran.arguments("S8")) == [
        "s3://artifacts/p/a-run/S7/rows/",
        "s3://artifacts/p/a-run/S1/rows/",
    ]


def test_only_what_later_parts_read_crosses(tmp_path: Path) -> None:
    definition = compiled(tmp_path, chain(8)).definition
    selectors = [
        list(state.get("ResultSelector", {}))
        for name, state in definition["States"].items()
        if name.startswith("Part ")
    ]
    assert selectors == [["S1.$", "S2.$"], ["S1.$", "S4.$"], ["S1.$", "S6.$"], ["kept"]]


def test_parts_are_started_with_requests_that_the_api_takes(tmp_path: Path) -> None:
    ran = execute(compiled(tmp_path, chain(8)))
    started = [call for call in ran.calls if "startExecution" in call[1]]
    assert len(started) == 4
    assert [fault for call in started for fault in faults(*call)] == []


def test_job_names_of_parts_differ(tmp_path: Path) -> None:
    names = execute(compiled(tmp_path, chain(8))).job_names()
    assert len(set(names)) == 8


def test_an_input_and_the_start_reach_every_part(tmp_path: Path) -> None:
    steps = chain(8) + "  Last: {module: call, inputs: {word: '${parameters.word}'}}\n"
    parameters = "{word: {type: string}}"
    ran = execute(compiled(tmp_path, steps, parameters=parameters), {"word": "given"})
    assert ran.arguments("Last")["Payload"] == {"word": "given"}


def test_a_part_may_be_started_followed_and_stopped(tmp_path: Path) -> None:
    pipeline = compiled(tmp_path, chain(8))
    states = [one for one in pipeline.states if one.step_type == nest.TYPE]
    assert [one.name for one in states] == ["Part 1", "Part 2", "Part 3", "Part 4"]
    starts, follows, rule = states[0].execution_role
    assert starts.resources == ("${Part1.Arn}",)
    assert follows.resources[0].endswith(":execution:${Part1.Name}:*")
    assert rule.resources[0].endswith(
        "StepFunctionsGetEventsForStepFunctionsExecutionRule"
    )


def test_a_part_ends_where_the_next_one_begins(tmp_path: Path) -> None:
    first, *_ = compiled(tmp_path, chain(8)).parts
    ends = [name for name, one in first.definition["States"].items() if one.get("End")]
    assert ends == ["S2 loose"]
    assert first.definition["StartAt"] == "S1"


def test_the_history_is_that_of_the_longest_part(tmp_path: Path) -> None:
    pipeline = compiled(tmp_path, chain(8))
    (events,) = (one for one in pipeline.limits if one.name.startswith("history"))
    # Two steps, each a task of six events, a state of two that keeps where its outputs
    # are, and two files of metrics, of which one is checked; opening, start and end are
    # eight.
    assert events.used == 2 * (6 + 2 + 14 + 10) + 8
