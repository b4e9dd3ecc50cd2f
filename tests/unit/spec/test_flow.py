"""Chains of a pipeline as graphs: who leads where, and where that is written."""

from __future__ import annotations

from mlmax_pipelines.spec.flow import EXIT, FIRST, Chain, chains_of
from mlmax_pipelines.spec.model import Module, Step
from mlmax_pipelines.spec.modules import parse_module
from mlmax_pipelines.spec.pipelines import parse_pipeline
from mlmax_pipelines.yaml.document import parse

BEGIN = 0
GATE = """
name: gate
type: choice
choices: [{when: {value: $.x, equals: 1}, next: C}]
default: B
"""
CATCH = "catch: [{errors: [States.ALL], next: %s}]"


def chains(steps: str) -> list[Chain]:
    """The chains of steps; a step whose module is `gate` goes where that says."""
    lines = "".join(f"  {line}\n" for line in steps.strip().splitlines())
    pipeline, problems = parse_pipeline(parse(f"name: p\nsteps:\n{lines}", "p.yaml"))
    assert pipeline is not None and problems == []
    gate, _ = parse_module(parse(GATE, "gate.yaml"))

    def find(step: Step) -> tuple[Module | None, None]:
        return (gate if step.module == "gate" else None), None

    return chains_of(pipeline, find)


def ways(steps: str) -> dict[str, list[str]]:
    """Node -> the nodes it leads to, by name; `A?` is where A's success leads on, `A!`
    its failure."""
    (chain,) = chains(steps)
    names = {node: name for name, node in chain.nodes.items()}
    names |= {n: f"{s}?" for s, n in chain.ready.items() if n not in names}
    names |= {n: f"{s}!" for s, n in chain.failed.items()}
    names |= {BEGIN: "begin", EXIT: "exit"}
    return {
        names[node]: [names[target] for target in targets]
        for node, targets in enumerate(chain.graph)
        if node != EXIT
    }


def test_steps_follow_one_another_to_the_exit() -> None:
    assert ways("A: {module: m}\nB: {module: m}") == {
        "begin": ["A"],
        "A": ["B"],
        "B": ["exit"],
    }


def test_next_end_succeed_and_fail_break_the_order() -> None:
    found = ways(
        "A: {module: m, next: C}\nB: {module: m, end: true}\n"
        "C: {type: succeed}\nD: {type: fail, error: E}\nE: {module: m, next: B}"
    )
    del found["begin"]
    assert found == {"A": ["C"], "B": ["exit"], "C": ["exit"], "D": [], "E": ["B"]}


RULE = "{when: {value: '${parameters.x}', equals: 1}, next: A}"
CHOICE = f"{{type: choice, choices: [{RULE}]}}"


def test_a_choice_without_a_default_goes_on_below_but_never_ends() -> None:
    assert ways(f"Gate: {CHOICE}\nA: {{module: m}}")["Gate"] == ["A", "A"]
    assert ways(f"A: {{module: m}}\nGate: {CHOICE}")["Gate"] == ["A"]


def test_a_default_goes_where_it_says() -> None:
    gate = CHOICE.replace("choices", "default: B, choices")
    found = ways(f"Gate: {gate}\nA: {{module: m}}\nB: {{module: m}}")
    assert found["Gate"] == ["A", "B"]


def test_a_choice_may_be_written_in_its_module() -> None:
    (chain,) = chains("A: {module: gate}\nB: {module: m}\nC: {module: m}")
    flow = chain.flows[0]
    assert (flow.type, flow.falls_through) == ("choice", False)
    places = [str(edge.document.where(edge.path)) for edge in flow.ways]
    assert places == ["gate.yaml:4:49", "gate.yaml:5:10"]


def test_what_a_step_says_itself_goes_before_its_module() -> None:
    (chain,) = chains("A: {module: gate, default: C}\nB: {module: m}\nC: {module: m}")
    places = {e.target: str(e.document.where(e.path)) for e in chain.flows[0].ways}
    assert places == {"C": "p.yaml:3:30"}
    assert chain.graph[chain.nodes["A"]] == [chain.nodes["C"]] * 2


def test_a_step_that_catches_has_nodes_for_having_succeeded_and_failed() -> None:
    assert ways(
        f"A: {{module: m, {CATCH % 'H'}}}\n"
        "B: {module: m, end: true}\nH: {module: m}"
    ) == {
        "begin": ["A"],
        "A": ["A?", "A!"],
        "A?": ["B"],
        "A!": ["H"],
        "B": ["exit"],
        "H": ["exit"],
    }


def test_a_way_that_leads_nowhere_is_taken_for_the_nearest_name() -> None:
    (chain,) = chains(
        f"A: {{module: m, next: Trian, {CATCH % 'Nowhere'}}}\n"
        "B: {module: m, end: true}\nTrain: {module: m}"
    )
    noted = [(e.target, str(e.document.where(e.path)), m) for e, m in chain.dangling]
    assert noted == [("Nowhere", "p.yaml:3:68", ""), ("Trian", "p.yaml:3:24", "Train")]
    below, meant = chain.nodes["B"], chain.nodes["Train"]
    assert chain.graph[chain.nodes["A"]] == [chain.ready["A"], chain.failed["A"]]
    assert chain.graph[chain.failed["A"]] == [below]
    assert chain.graph[chain.ready["A"]] == [meant]


def test_branches_and_maps_are_chains_of_their_own() -> None:
    found = chains(
        "P:\n  type: parallel\n  branches:\n    - steps: {A: {module: m}}\n"
        "    - steps:\n        M:\n"
        "          {type: map, items: '${parameters.x}', steps: {B: {module: m}}}"
    )
    told = {
        chain.name_of(FIRST): (len(chain.flows), chain.container, chain.in_map)
        for chain in found
    }
    assert told == {
        "P": (1, "", False),
        "A": (1, "P", False),
        "M": (1, "P", False),
        "B": (1, "M", True),
    }
    assert found[0].nodes == {"P": FIRST}


def test_jobs_waits_and_what_has_them_inside_take_time() -> None:
    (chain, *_) = chains(
        "Job: {module: m}\nWait: {type: wait, seconds: 1}\nPass: {type: pass}\n"
        "Slow: {type: parallel, branches: [{steps: {W: {type: wait, seconds: 1}}}]}\n"
        "Quick: {type: parallel, branches: [{steps: {Q: {type: pass}}}]}\n"
    )
    assert {flow.step.name: flow.takes_time for flow in chain.flows} == {
        "Job": True,
        "Wait": True,
        "Pass": False,
        "Slow": True,
        "Quick": False,
    }
