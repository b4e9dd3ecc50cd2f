"""A module's interface says nothing that its step type cannot do."""

from __future__ import annotations

from pathlib import Path

from tests.unit.compiler.projects import problems

CALL = """name: m
type: lambda
interface:
  inputs: {now: {type: boolean, flag: true}}
implementation: {function: f}
"""


def test_a_key_that_means_nothing_is_refused_at_its_place(tmp_path: Path) -> None:
    steps = "  A: {module: m, inputs: {now: true}}\n"
    (found,) = problems(tmp_path, steps, modules={"m": CALL})
    text = "'flag' of 'now' means nothing to a lambda step"
    assert found.startswith(f"modules/m.yaml:4:33: {text}")


def test_two_steps_of_a_module_are_one_problem(tmp_path: Path) -> None:
    steps = "".join(f"  {s}: {{module: m, inputs: {{now: true}}}}\n" for s in "AB")
    assert len(problems(tmp_path, steps, modules={"m": CALL})) == 1
