"""Chains over the limits of one definition: split, and run part by part."""

from __future__ import annotations

from pathlib import Path

import pytest

from mlmax_pipelines.asl.canonical import canonical_json
from mlmax_pipelines.base.limits import DEFINITION
from mlmax_pipelines.compiler.passes import cuts as split
from tests.unit.compiler.projects import compiled, execute, problems
from tests.unit.compiler.service_models import faults


@pytest.fixture
def small(monkeypatch: pytest.MonkeyPatch) -> None:
    """Parts of a few steps: limits that a short chain is over already."""
    monkeypatch.setattr(split, "_EVENTS", 40)


def chain(count: int) -> str:
    """Steps that read the one before them; the last one reads the first, too."""
    steps = ["  S1: {module: copy, inputs: {rows: 's3://b/r'}}\n"]
    for n in range(2, count + 1):
        other = ", other: '${steps.S1.outputs.rows}'" if n == count else ""
        rows = f"'${{steps.S{n - 1}.outputs.rows}}'"
        steps.append(f"  S{n}: {{module: copy, inputs: {{rows: {rows}{other}}}}}\n")
    return "".join(steps)


def inputs_of(request) -> list[str]:
    return [place["S3Input"]["S3Uri"] for place in request["ProcessingInputs"][:-1]]


def test_a_short_chain_is_one_definition(tmp_path: Path) -> None:
    assert compiled(tmp_path, chain(8)).parts == ()


@pytest.mark.usefixtures("small")
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


@pytest.mark.usefixtures("small")
def test_only_what_later_parts_read_crosses(tmp_path: Path) -> None:
    definition = compiled(tmp_path, chain(8)).definition
    selectors = [
        list(state.get("ResultSelector", {}))
        for name, state in definition["States"].items()
        if name.startswith("Part ")
    ]
    assert selectors == [["S1.$", "S2.$"], ["S1.$", "S4.$"], ["S1.$", "S6.$"], []]


@pytest.mark.usefixtures("small")
def test_parts_are_started_with_requests_that_the_api_takes(tmp_path: Path) -> None:
    ran = execute(compiled(tmp_path, chain(8)))
    started = [call for call in ran.calls if "startExecution" in call[1]]
    assert len(started) == 4
    assert [fault for call in started for fault in faults(*call)] == []


@pytest.mark.usefixtures("small")
def test_job_names_of_parts_differ(tmp_path: Path) -> None:
    names = execute(compiled(tmp_path, chain(8))).job_names()
    assert len(set(names)) == 8


@pytest.mark.usefixtures("small")
def test_an_input_and_the_start_reach_every_part(tmp_path: Path) -> None:
    steps = chain(8) + "  Last: {module: call, inputs: {word: '${parameters.word}'}}\n"
    parameters = "{word: {type: string}}"
    ran = execute(compiled(tmp_path, steps, parameters=parameters), {"word": "given"})
    assert ran.arguments("Last")["Payload"] == {"word": "given"}


@pytest.mark.usefixtures("small")
def test_a_loop_stays_in_one_part(tmp_path: Path) -> None:
    steps = f"""{chain(4)}
  Gate:
    type: choice
    choices:
      - when: {{value: "${{steps.S4.outputs.quality.score}}", less_than: 0}}
        next: S2
    default: End
  End: {{type: succeed}}
"""
    (found,) = problems(tmp_path, steps)
    assert "there is no place where it can be split" in found
    assert "a split needs a step that every path passes" in found


@pytest.mark.usefixtures("small")
def test_branches_and_choices_are_not_torn(tmp_path: Path) -> None:
    steps = f"""{chain(3)}
  Gate:
    type: choice
    choices:
      - when: {{value: "${{steps.S3.outputs.quality.score}}", less_than: 0}}
        next: B
  A: {{module: call, next: C}}
  B: {{module: call}}
  C: {{module: copy, inputs: {{rows: "${{steps.S1.outputs.rows}}"}}}}
"""
    pipeline = compiled(tmp_path, steps)
    homes = {
        name: part.name for part in pipeline.parts for name in part.definition["States"]
    }
    assert homes["Gate"] == homes["A"] == homes["B"]
    ran = execute(pipeline)
    assert ran.status == "SUCCEEDED", ran.cause
    assert inputs_of(ran.arguments("C")) == ["s3://artifacts/p/a-run/S1/rows/"]


@pytest.mark.usefixtures("small")
def test_a_caught_error_is_handled_in_its_part(tmp_path: Path) -> None:
    steps = f"""{chain(6)}
  Risky:
    module: call
    catch: [{{errors: [States.ALL], next: Handle}}]
  Fine: {{type: succeed}}
  Handle: {{type: succeed}}
"""
    pipeline = compiled(tmp_path, steps)
    homes = {
        name: part.name for part in pipeline.parts for name in part.definition["States"]
    }
    assert homes["Risky"] == homes["Handle"]


@pytest.mark.proof("sizes", [1_000], [2_000, 5_000, 10_000])
def test_long_chains_are_within_the_limits(tmp_path: Path, case: int) -> None:
    module = """
name: copy
type: processing
interface: {inputs: {rows: {type: s3}}, outputs: {rows: {type: s3}}}
implementation:
  image: {framework: sklearn, version: 1.4-2}
  entry_point: src/copy.py
"""
    pipeline = compiled(
        tmp_path,
        chain(case).replace(", other: '${steps.S1.outputs.rows}'", ""),
        modules={"copy": module},
    )
    assert len(pipeline.parts) > 1
    for definition in [pipeline.definition, *(p.definition for p in pipeline.parts)]:
        assert len(canonical_json(definition)) < DEFINITION
    names = [name for part in pipeline.parts for name in part.definition["States"]]
    assert names == [f"S{n}" for n in range(1, case + 1)]
    assert all(limit.percent <= 100 for limit in pipeline.limits)
