"""Steps that nothing leads to."""

from __future__ import annotations

from pathlib import Path

from tests.unit.compiler.projects import problems


def test_nothing_is_lost_behind_a_module_that_cannot_be_read(tmp_path: Path) -> None:
    gate = """
nmae: gate
type: choice
choices: [{when: {value: "${parameters.n}", equals: 1}, next: Last}]
default: Last
"""
    steps = """
  Gate: {module: gate, end: true}
  Last: {type: pass}
"""
    parameters = "{n: {type: integer, default: 1}}"
    modules = {"gate": gate}
    found = problems(tmp_path, steps, modules=modules, parameters=parameters)
    assert [one.partition(" | ")[0] for one in found] == [
        "modules/gate.yaml:2:1: unknown key 'nmae'"
    ]


def test_what_only_follows_an_unreached_step_is_not_said_again(tmp_path: Path) -> None:
    steps = """
  A: {type: succeed}
  Lost: {type: pass}
  After: {type: pass}
"""
    (found,) = problems(tmp_path, steps)
    assert found.startswith("pipelines/p.yaml:5:3: step 'Lost' is never reached | ")
