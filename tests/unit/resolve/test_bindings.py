"""What a step and its module answer for together, and where each thing is written."""

from __future__ import annotations

from pathlib import Path

from mlmax_pipelines.resolve.bindings import INDEX, files, output_of
from mlmax_pipelines.steps.values import Value
from tests.unit.compiler.projects import FIT
from tests.unit.resolve.bound import bound

LOAD = """
name: load
type: lambda
interface: {inputs: {day: {type: string, default: today}}}
inputs: {day: monday}
implementation: {handler: src/load.handler}
"""
NESTED = """\
  Both:
    type: parallel
    branches:
      - steps:
          Each:
            type: map
            items: ${parameters.days}
            steps: {Copy It: {module: copy}}
      - steps: {Fit: {module: fit}}
"""
DAYS = "{days: {type: list, default: []}}"


def texts(parts: tuple[str | Value, ...]) -> list[str]:
    return [part if isinstance(part, str) else part.expression for part in parts]


def test_steps_inside_others_are_bound_with_what_is_around_them(tmp_path: Path) -> None:
    found = bound(tmp_path, NESTED, parameters=DAYS).bindings
    around = {n: [box.name for box in b.containers] for n, b in found.items()}
    assert around == {
        "Both": [],
        "Each": ["Both"],
        "Copy It": ["Both", "Each"],
        "Fit": ["Both"],
    }
    assert [name for name, b in found.items() if b.in_map] == ["Copy It"]


def test_outputs_go_below_the_execution_and_those_of_items_below_them(
    tmp_path: Path,
) -> None:
    found = bound(tmp_path, NESTED, parameters=DAYS).bindings
    name = "$.pipeline.execution_name"
    assert texts(output_of("p", found["Fit"], "m")) == ["p/", name, "/Fit/m/"]
    inside = ["p/", name, "/Copy_It/rows/", "$.index", "/"]
    assert texts(output_of("p", found["Copy It"], "rows", INDEX)) == inside


def test_a_missing_module_is_a_problem_and_the_others_are_bound(tmp_path: Path) -> None:
    made = bound(tmp_path, "  A: {module: copi}\n  B: {module: copy}\n")
    assert list(made.bindings) == ["B"]
    (problem,) = made.said
    assert problem.startswith("3:15: unknown module 'copi' | did you mean 'copy'?")


def test_ports_are_the_module_s_or_else_the_type_s(tmp_path: Path) -> None:
    made = bound(
        tmp_path,
        "  A: {module: fit}\n  B: {module: call}\n"
        "  C: {type: pass, result: {first: 1}}\n",
    ).bindings
    assert list(made["A"].input_ports or ()) == ["rows", "depth"]
    assert list(made["A"].output_ports or ()) == ["model"]
    assert (made["B"].input_ports, made["B"].output_ports) == (None, None)
    assert made["B"].declared_inputs == {}
    assert list(made["C"].output_ports or ()) == ["first"]


def test_what_the_step_says_goes_before_its_module(tmp_path: Path) -> None:
    gate = "name: gate\ntype: choice\nchoices: []\ndefault: B\n"
    steps = "  A: {module: gate, default: C}\n  B: {type: pass}\n  C: {type: pass}\n"
    binding = bound(tmp_path, steps, modules={"gate": gate}).bindings["A"]
    assert binding.fields == {"choices": [], "default": "C"}
    own, module = binding.field_place(("default",)), binding.field_place(("choices",))
    assert str(own.where()) == "pipelines/p.yaml:3:30"
    assert str(module.where()) == "modules/gate.yaml:3:10"


def test_an_input_is_where_its_value_is_written(tmp_path: Path) -> None:
    def place(steps: str, module: str = LOAD) -> str:
        made = bound(tmp_path, steps, modules={"load": module}).bindings["A"]
        return str(made.input_place("day").where())

    given = "  A: {module: load, inputs: {day: friday}}\n"
    assert place(given) == "pipelines/p.yaml:3:35"
    assert place("  A: {module: load}\n") == "modules/load.yaml:5:15"
    by_default = LOAD.replace("inputs: {day: monday}\n", "")
    assert place("  A: {module: load}\n", by_default) == "modules/load.yaml:4:51"


def test_inputs_of_the_step_go_before_those_of_its_module(tmp_path: Path) -> None:
    steps = "  A: {module: load}\n  B: {module: load, inputs: {day: friday}}\n"
    found = bound(tmp_path, steps, modules={"load": LOAD}).bindings
    assert [found[name].inputs["day"] for name in "AB"] == ["monday", "friday"]


def test_scripts_and_handlers_are_files_with_their_places(tmp_path: Path) -> None:
    modules = {"load": LOAD, "fit": FIT}
    steps = "  A: {module: load}\n  B: {module: fit}\n  C: {type: pass}\n"
    found = list(files(bound(tmp_path, steps, modules=modules).bindings))
    assert [(name, str(place.where())) for name, place in found] == [
        ("src/load.py", "modules/load.yaml:6:27"),
        ("src/fit.py", "modules/fit.yaml:9:16"),
    ]
