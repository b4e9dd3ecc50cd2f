"""parallel: values go into branches and out of them, however deep."""

from __future__ import annotations

from pathlib import Path

from tests.unit.compiler.projects import compiled, execute

NESTED = """
  First: {type: pass, result: {word: hello}}
  Outer:
    type: parallel
    branches:
      - steps:
          Inner:
            type: parallel
            branches:
              - steps:
                  Deep: {module: copy, inputs: {word: "${steps.First.outputs.word}"}}
              - steps:
                  Other: {type: pass, result: {n: 4}}
          After:
            module: copy
            inputs:
              rows: ${steps.Deep.outputs.rows}
              level: ${steps.Deep.outputs.quality.score}
      - steps:
          Side: {type: pass, result: {n: 5}}
  Last:
    module: copy
    inputs:
      rows: ${steps.Deep.outputs.rows}
      other: ${steps.After.outputs.rows}
      level: ${steps.After.outputs.quality.score}
  Numbers:
    type: pass
    result: {a: "${steps.Other.outputs.n}", b: "${steps.Side.outputs.n}"}
"""


def inputs_of(request) -> dict[str, str]:
    places = {
        p["InputName"]: p["S3Input"]["S3Uri"] for p in request["ProcessingInputs"]
    }
    return {name: uri for name, uri in places.items() if name != "code"}


def test_values_arrive_through_nested_branches(tmp_path: Path) -> None:
    ran = execute(compiled(tmp_path, NESTED))
    assert ran.status == "SUCCEEDED", ran.cause
    deep = "s3://artifacts/p/a-run/Deep/rows/"
    assert ran.arguments("Deep")["AppSpecification"]["ContainerArguments"] == [
        "--word",
        "hello",
    ]
    assert inputs_of(ran.arguments("After")) == {"rows": deep}
    assert inputs_of(ran.arguments("Last")) == {
        "rows": deep,
        "other": "s3://artifacts/p/a-run/After/rows/",
    }
    arguments = ran.arguments("Last")["AppSpecification"]["ContainerArguments"]
    assert arguments == ["--level", "0.5"]
    assert ran.output["steps"]["Numbers"]["outputs"] == {"a": 4, "b": 5}


def test_a_branch_keeps_only_what_is_read_of_it(tmp_path: Path) -> None:
    steps = """
  Both:
    type: parallel
    branches: [{steps: {A: {module: copy}}}, {steps: {B: {module: copy}}}]
  Last: {module: copy, inputs: {rows: "${steps.A.outputs.rows}"}}
"""
    ran = execute(compiled(tmp_path, steps))
    assert list(ran.output["steps"]["Both"]) == ["A"]
