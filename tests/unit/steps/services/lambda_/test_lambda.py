"""lambda: a function that exists, or one of the project."""

from __future__ import annotations

from pathlib import Path

from tests.unit.compiler.projects import compiled, execute, problems

MADE = "name: made\ntype: lambda\nimplementation: {handler: src/load.handler}\n"


def test_a_function_of_the_project_is_made_once(tmp_path: Path) -> None:
    steps = "  A: {module: made}\n  B: {module: made}\n"
    pipeline = compiled(tmp_path, steps, modules={"m": MADE})
    (function,) = pipeline.resources
    assert (function.code, function.properties["Handler"]) == ("src", "load.handler")
    assert pipeline.code == ("src",)


def test_a_function_or_a_handler_is_needed(tmp_path: Path) -> None:
    neither = "name: made\ntype: lambda\nimplementation: {runtime: python3.12}\n"
    (found,) = problems(tmp_path, "  A: {module: made}\n", modules={"m": neither})
    assert "step 'A' needs 'function' or 'handler', found neither" in found


def test_a_function_of_somebody_else_is_called_by_its_arn(tmp_path: Path) -> None:
    pipeline = compiled(tmp_path, "  A: {module: call}\n")
    (calls,) = (s for one in pipeline.states for s in one.execution_role)
    assert calls.resources[0].endswith(":function:somebodys-function")
    assert calls.resources[1].endswith(":function:somebodys-function:*")
    assert pipeline.resources == ()


def test_its_inputs_are_the_event_and_its_answer_the_outputs(tmp_path: Path) -> None:
    steps = """
  A: {module: call, inputs: {n: 3}}
  B: {type: pass, result: {n: "${steps.A.outputs.n}"}}
"""
    ran = execute(compiled(tmp_path, steps))
    assert ran.arguments("A") == {
        "FunctionName": "somebodys-function",
        "Payload": {"n": 3},
    }
    assert ran.output["steps"]["B"]["outputs"] == {"n": 3}
