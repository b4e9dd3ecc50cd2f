"""Steps and modules know where each of their keys is written."""

from __future__ import annotations

import pytest

from mlmax_pipelines.spec.modules import parse_module
from mlmax_pipelines.spec.pipelines import all_steps, parse_pipeline
from mlmax_pipelines.yaml.document import parse


def places(steps: str, name: str, *keys: str) -> list[str]:
    """Where a step is, then where what stands under each of its keys is."""
    pipeline, problems = parse_pipeline(parse(f"name: p\n{steps}", "p.yaml"))
    assert pipeline is not None and problems == []
    step = next(one for one in all_steps(pipeline.steps) if one.name == name)
    found = [step.where, *(step.document.where(step.at(key)) for key in keys)]
    return [str(where).removeprefix("p.yaml:") for where in found]


@pytest.mark.parametrize(
    ("steps", "expected"),
    [
        ("steps:\n  A: {module: 12346, next: B}\n  B: {module: m}\n", ["3:15", "3:28"]),
        (
            "Steps:\n  A: {ModuleId: 12346, Next: B}\n  B: {ModuleId: m}\n",
            ["3:17", "3:30"],
        ),
    ],
)
def test_a_step_finds_its_keys_in_either_spelling(
    steps: str, expected: list[str]
) -> None:
    assert places(steps, "A", "module", "next") == ["3:3", *expected]


def test_a_key_that_is_not_written_stands_for_its_step() -> None:
    (where, timeout) = places("steps:\n  A:\n    module: m\n", "A", "timeout_seconds")
    assert (where, timeout) == ("3:3", "4:5")


def test_a_step_inside_another_one_has_a_place_of_its_own() -> None:
    steps = (
        "steps:\n  P:\n    type: parallel\n    branches:\n"
        "      - Steps: {A: {ModuleId: m}}\n"
    )
    assert places(steps, "A", "module") == ["6:17", "6:31"]


def test_a_target_inside_a_rule_is_found_in_either_spelling() -> None:
    for rule in ("{Variable: $.x, IsNull: true, Next: A}", "{when: {}, next: A}"):
        text = f"name: m\ntype: choice\nChoices: [{rule}]\n"
        module, _ = parse_module(parse(text, "m.yaml"))
        assert module is not None
        place = module.document.where(module.at("choices", 0, "next"))
        assert place.column == text.splitlines()[2].index(": A") + 3


def test_a_module_finds_its_fields_under_its_implementation() -> None:
    text = "name: m\ntype: lambda\nimplementation:\n  function: f\n"
    module, _ = parse_module(parse(text, "m.yaml"))
    assert module is not None
    assert str(module.document.where(module.at("function"))) == "m.yaml:4:13"
