"""A choice says where it goes when no condition holds."""

from __future__ import annotations

from pathlib import Path

from tests.unit.compiler.projects import MODULES, problems

RULE = '{when: {value: "${parameters.n}", greater_than: 1}, next: Done}'
HEAD = {"parameters": "{n: {type: number, default: 1}}"}
GATE = f"  Gate: {{type: choice, choices: [{RULE}]%s}}\n  Register: {{type: pass}}\n"
DONE = "  Done: {type: succeed}\n"
HINT = "name the step it goes to when no condition holds: default: STEP"


def test_a_forgotten_default_does_not_turn_a_gate_off(tmp_path: Path) -> None:
    (found,) = problems(tmp_path, GATE % "" + DONE, **HEAD)
    assert found.endswith(f":4:3: choice step 'Gate' has no 'default' | {HINT}")


def test_the_last_step_of_a_branch_needs_one_too(tmp_path: Path) -> None:
    inner = f"{{Gate: {{type: choice, choices: [{RULE}]}}, Done: {{type: succeed}}}}"
    steps = f"  Both:\n    type: parallel\n    branches: [{{steps: {inner}}}]\n"
    (found,) = problems(tmp_path, steps, **HEAD)
    assert "choice step 'Gate' has no 'default'" in found


def test_one_that_is_wrong_is_one_problem(tmp_path: Path) -> None:
    (found,) = problems(tmp_path, GATE % ", default: [A]" + DONE, **HEAD)
    assert "'steps.Gate.default' must be text" in found


def test_a_default_or_a_next_of_its_own_is_enough(tmp_path: Path) -> None:
    assert problems(tmp_path, GATE % ", default: Register" + DONE, **HEAD) == []
    assert problems(tmp_path, GATE % ", next: Register" + DONE, **HEAD) == []


def test_a_choice_of_a_module_needs_one_in_the_step_or_the_module(
    tmp_path: Path,
) -> None:
    gate = f"name: gate\ntype: choice\nchoices: [{RULE}]\n"
    modules = {**MODULES, "gate": gate}
    steps = "  Gate: {module: gate%s}\n  Register: {type: pass}\n" + DONE
    (found,) = problems(tmp_path, steps % "", modules=modules, **HEAD)
    assert "choice step 'Gate' has no 'default'" in found
    assert (
        problems(tmp_path, steps % ", default: Register", modules=modules, **HEAD) == []
    )
    modules["gate"] = gate + "default: Register\n"
    assert problems(tmp_path, steps % "", modules=modules, **HEAD) == []
