"""Where a chain can be cut: never inside a loop, nor between a choice and its ways."""

from __future__ import annotations

from pathlib import Path

import pytest

from mlmax_pipelines.asl.canonical import canonical_json
from mlmax_pipelines.base.limits import DEFINITION
from tests.unit.compiler.passes.chains import chain, inputs_of
from tests.unit.compiler.projects import compiled, execute, problems


def test_a_short_chain_is_one_definition(tmp_path: Path) -> None:
    assert compiled(tmp_path, chain(8)).parts == ()


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
    default: A
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
    steps = [name for name in names if not name.endswith(" outputs")]
    assert steps == [f"S{n}" for n in range(1, case + 1)]
    assert all(limit.percent <= 100 for limit in pipeline.limits)
