"""Which step has run before which: chains, forks, caught errors, branches, maps."""

from __future__ import annotations

from mlmax_pipelines.spec.checks import check_flow
from mlmax_pipelines.spec.order import OrderFacts
from mlmax_pipelines.spec.pipelines import parse_pipeline
from mlmax_pipelines.yaml import document as source


def _facts(steps: str) -> OrderFacts:
    lines = "".join(f"  {line}\n" for line in steps.strip().splitlines())
    document = source.parse(f"name: p\nsteps:\n{lines}", "p.yaml")
    pipeline, problems = parse_pipeline(document)
    assert pipeline is not None
    facts, more = check_flow(pipeline, lambda step: (None, None))
    assert [str(problem) for problem in problems + more] == []
    return facts


def _choice(next: str, default: str) -> str:
    when = "{value: '${parameters.x}', equals: 1}"
    return (
        f"{{type: choice, choices: [{{when: {when}, next: {next}}}], "
        f"default: {default}}}"
    )


def test_in_a_chain_each_step_follows_all_above() -> None:
    facts = _facts("A: {module: m}\nB: {module: m}\nC: {module: m}")
    assert facts.dominates("A", "C")
    assert not facts.dominates("C", "A")
    assert not facts.dominates("A", "A")
    assert facts.reaches("A", "C")
    assert not facts.reaches("C", "A")


def test_next_decides_and_not_the_order_of_the_file() -> None:
    facts = _facts(
        "A: {module: m, next: C}\nB: {module: m, end: true}\nC: {module: m, next: B}"
    )
    assert facts.dominates("C", "B")
    assert not facts.reaches("B", "C")


def test_a_step_on_one_way_of_a_choice_may_be_skipped() -> None:
    facts = _facts(
        f"A: {_choice('B', 'C')}\nB: {{module: m}}\nC: {{module: m, end: true}}"
    )
    assert facts.reaches("B", "C")
    assert not facts.dominates("B", "C")
    assert facts.dominates("A", "C")


def test_in_a_loop_the_entry_runs_before_what_follows_it() -> None:
    facts = _facts(
        f"A: {{module: m}}\nB: {_choice('A', 'C')}\nC: {{module: m, end: true}}"
    )
    assert facts.dominates("A", "B")
    assert facts.dominates("A", "C")
    assert facts.reaches("B", "A")
    assert not facts.dominates("B", "A")


CATCH = "catch: [{errors: [States.ALL], next: %s}]"


def test_a_step_that_failed_has_no_outputs_where_its_error_is_handled() -> None:
    facts = _facts(
        "A: {module: m}\n"
        f"B: {{module: m, {CATCH % 'H'}, end: true}}\n"
        "H: {module: m}"
    )
    assert facts.dominates("A", "H")
    assert not facts.dominates("B", "H")
    assert not facts.reaches("B", "H")


def test_after_a_step_with_a_catch_that_rejoins_it_may_have_failed() -> None:
    facts = _facts(
        f"A: {{module: m, {CATCH % 'H'}, next: C}}\nH: {{module: m}}\nC: {{module: m}}"
    )
    assert facts.reaches("A", "C")
    assert not facts.dominates("A", "C")
    assert not facts.dominates("H", "C")


def test_many_steps_caught_by_one_handler() -> None:
    steps = [f"S{i}: {{module: m, {CATCH % 'H'}}}" for i in range(300)]
    steps.append("E: {type: succeed}\nH: {type: fail}")
    facts = _facts("\n".join(steps))
    assert facts.dominates("S0", "E")
    assert not facts.dominates("S0", "H")
    assert facts.reaches("S0", "H")
    assert facts.dominates("S120", "S240")


PARALLEL = """
Before: {module: m}
Both:
  type: parallel
  branches:
    - steps:
        A: {module: m}
        B: {module: m}
    - steps:
        C: %s
        D: {module: m}
        E: {module: m}
After: {module: m}
""" % _choice("D", "E")


def test_branches_follow_what_is_above_their_parallel_step() -> None:
    facts = _facts(PARALLEL)
    assert facts.dominates("Before", "A")
    assert facts.dominates("Before", "D")
    assert facts.dominates("A", "B")
    assert not facts.dominates("Both", "A")
    assert not facts.dominates("After", "A")


def test_branches_do_not_follow_each_other() -> None:
    facts = _facts(PARALLEL)
    assert not facts.dominates("A", "C")
    assert not facts.reaches("A", "C")


def test_after_a_parallel_step_all_its_certain_steps_have_run() -> None:
    facts = _facts(PARALLEL)
    assert facts.dominates("Both", "After")
    assert facts.dominates("A", "After")
    assert facts.dominates("E", "After")
    assert not facts.dominates("D", "After")
    assert facts.reaches("D", "After")
    assert not facts.reaches("After", "D")


def test_inside_a_map_the_steps_above_it_have_run_but_never_the_other_way() -> None:
    facts = _facts(
        "A: {module: m}\n"
        "M:\n  type: map\n  items: ${parameters.x}\n"
        "  steps:\n    I: {module: m}\n    J: {module: m}\n"
        "Z: {module: m}"
    )
    assert facts.dominates("A", "J")
    assert facts.dominates("I", "J")
    assert facts.dominates("M", "Z")
    assert not facts.dominates("I", "Z")
    assert facts.reaches("I", "Z")


def test_a_step_in_nested_forks() -> None:
    facts = _facts(
        "P:\n  type: parallel\n  branches:\n"
        "    - steps:\n"
        "        Q:\n          type: parallel\n          branches:\n"
        "            - steps: {A: {module: m}}\n"
        "        R: {module: m}\n"
        "Z: {module: m}"
    )
    assert facts.dominates("A", "R")
    assert facts.dominates("A", "Z")
    assert not facts.dominates("A", "Q")
    assert not facts.dominates("R", "A")


TO_H = "catch: [{errors: [States.ALL], next: H}]"


def test_what_only_a_catch_leads_to_comes_after_a_failure() -> None:
    facts = _facts(
        f"A: {{module: m, {TO_H}}}\nB: {{module: m, end: true}}\n"
        "H: {module: m}\nI: {module: m}"
    )
    assert facts.has_failed("A", "H") and facts.has_failed("A", "I")
    assert not facts.has_failed("A", "B")
    assert not facts.has_failed("A", "A")
    assert not facts.has_failed("B", "H")
    assert facts.caught("I") == (["A"], True)
    assert facts.caught("B") == ([], False)


def test_several_catches_and_another_way_may_lead_to_a_step() -> None:
    facts = _facts(
        f"A: {{module: m, {TO_H}}}\nB: {{module: m, {TO_H}}}\n"
        f"C: {_choice('D', 'H')}\nD: {{module: m, end: true}}\nH: {{module: m}}"
    )
    assert not facts.has_failed("A", "H")
    assert facts.caught("H") == (["B", "A"], False)


def test_what_is_inside_a_step_comes_after_what_the_step_comes_after() -> None:
    facts = _facts(
        f"A: {{module: m, {TO_H}}}\nB: {{module: m, end: true}}\n"
        "H:\n  type: parallel\n  branches: [{steps: {I: {module: m}}}]"
    )
    assert facts.has_failed("A", "I")
    assert not facts.has_failed("I", "A")
